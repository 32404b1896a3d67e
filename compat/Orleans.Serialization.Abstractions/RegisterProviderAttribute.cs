namespace Orleans;

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class RegisterProviderAttribute(string name, string kind, string target, Type type) : Attribute
{
    public string Name { get; } = name;

    public string Kind { get; } = kind;

    public string Target { get; } = target;

    public Type Type { get; } = type;
}
