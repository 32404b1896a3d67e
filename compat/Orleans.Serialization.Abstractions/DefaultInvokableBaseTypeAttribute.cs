namespace Orleans;

[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class DefaultInvokableBaseTypeAttribute(Type returnType, Type invokableBaseType) : Attribute
{
    public Type ReturnType { get; } = returnType;

    public Type InvokableBaseType { get; } = invokableBaseType;

    public string? ProxyInvokeMethodName { get; init; }
}
