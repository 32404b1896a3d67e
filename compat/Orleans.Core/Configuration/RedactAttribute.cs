namespace Orleans;

/// <summary>The property's value is not logged.</summary>
[AttributeUsage(AttributeTargets.Property)]
public class RedactAttribute : Attribute
{
    public virtual string Redact(object value) => "REDACTED";
}
