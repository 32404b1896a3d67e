namespace Orleans.Serialization.Wire;

/// <summary>Codecs for types that the serializer itself cannot know.</summary>
internal interface ICodecExtension
{
    Codec? TryCreate(Type type);
}
