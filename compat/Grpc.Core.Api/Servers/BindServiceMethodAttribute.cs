namespace Grpc.Core;

/// <summary>Stands on a generated service base and names the method that binds it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class BindServiceMethodAttribute : Attribute
{
    public BindServiceMethodAttribute(Type bindType, string bindMethodName) => (BindType, BindMethodName) = (bindType, bindMethodName);

    public Type BindType { get; }

    public string BindMethodName { get; }
}
