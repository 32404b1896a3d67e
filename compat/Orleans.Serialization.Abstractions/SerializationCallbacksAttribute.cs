namespace Orleans;

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class SerializationCallbacksAttribute(Type hookType) : Attribute
{
    public Type HookType { get; } = hookType;
}
