namespace Orleans.Serialization;

[GenerateSerializer]
public sealed class CodecNotFoundException(string message) : SerializerException(message);
