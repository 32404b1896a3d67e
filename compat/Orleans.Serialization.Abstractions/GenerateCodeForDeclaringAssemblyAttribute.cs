namespace Orleans;

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class GenerateCodeForDeclaringAssemblyAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}
