using System.Text.Json;

namespace Orleans.Serialization;

public sealed class SystemTextJsonGrainStorageSerializerOptions
{
    public JsonSerializerOptions JsonSerializerOptions { get; } = new();
}
