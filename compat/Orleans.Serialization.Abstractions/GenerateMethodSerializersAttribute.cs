namespace Orleans;

[AttributeUsage(AttributeTargets.Interface, AllowMultiple = true)]
public sealed class GenerateMethodSerializersAttribute(Type proxyBase, bool isExtension = false) : Attribute
{
    public Type ProxyBase { get; } = proxyBase;

    public bool IsExtension { get; } = isExtension;
}
