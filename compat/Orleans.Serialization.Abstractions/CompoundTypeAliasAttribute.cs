namespace Orleans;

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct | AttributeTargets.Enum, AllowMultiple = true, Inherited = false)]
public sealed class CompoundTypeAliasAttribute(params object[] components) : Attribute
{
    public object[] Components { get; } = components;
}
