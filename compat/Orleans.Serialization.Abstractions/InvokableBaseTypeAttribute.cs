namespace Orleans;

[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct, AllowMultiple = true)]
public sealed class InvokableBaseTypeAttribute(Type proxyBaseClass, Type returnType, Type invokableBaseType) : Attribute
{
    public Type ProxyBaseClass { get; } = proxyBaseClass;

    public Type ReturnType { get; } = returnType;

    public Type InvokableBaseType { get; } = invokableBaseType;

    public string? ProxyInvokeMethodName { get; init; }
}
