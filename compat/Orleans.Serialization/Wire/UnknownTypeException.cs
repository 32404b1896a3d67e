namespace Orleans.Serialization.Wire;

/// <summary>A message names a type that no loaded assembly has.</summary>
internal sealed class UnknownTypeException(string typeName) : SerializerException($"The message holds a '{typeName}', a type that this process does not have.")
{
    public string TypeName { get; } = typeName;
}
