using System.Text.Json;

namespace Sheaf.Client.Running;

/// <summary>The line that a silo writes to its announce file when it is ready: <c>{"pid":..., "grpc":"http://127.0.0.1:PORT", "http":...}</c>.</summary>
internal static class SiloAnnouncement
{
    /// <summary>The gRPC address, or <c>null</c> while the file is absent or not yet complete.</summary>
    public static Uri? TryRead(string path)
    {
        try
        {
            var text = File.ReadAllText(path);
            if (text.Length == 0)
            {
                return null;
            }

            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("grpc", out var grpc) && Uri.TryCreate(grpc.GetString(), UriKind.Absolute, out var server) ? server : null;
        }
        catch (Exception notYet) when (notYet is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
