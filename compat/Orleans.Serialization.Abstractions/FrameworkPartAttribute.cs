namespace Orleans.Metadata;

[AttributeUsage(AttributeTargets.Assembly)]
public sealed class FrameworkPartAttribute : Attribute;
