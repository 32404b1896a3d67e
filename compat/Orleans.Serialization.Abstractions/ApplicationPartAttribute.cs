namespace Orleans;

[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class ApplicationPartAttribute(string assemblyName) : Attribute
{
    public string AssemblyName { get; } = assemblyName;
}
