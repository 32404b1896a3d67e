namespace Orleans.Invocation;

[AttributeUsage(AttributeTargets.Class)]
public sealed class ReturnValueProxyAttribute(string initializerMethodName) : Attribute
{
    public string InitializerMethodName { get; } = initializerMethodName;
}
