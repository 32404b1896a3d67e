using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Sheaf.Api.Hosting;

/// <summary>Where a started silo listens.</summary>
/// <param name="Grpc">As a URL.</param>
/// <param name="Http">As a URL: /metrics, /livez, /readyz.</param>
public sealed record Announcement(int Pid, string Grpc, string Http)
{
    public static Announcement Of(WebApplication app) => Of(app.Services.GetRequiredService<IServer>());

    public static Announcement Of(IServer server)
    {
        // In the order in which Kestrel was told to listen.
        var addresses = server.Features.Get<IServerAddressesFeature>()!.Addresses.ToArray();
        return new(Environment.ProcessId, addresses[0], addresses[1]);
    }

    /// <summary>Writes one line of JSON, in one step: a reader never sees a part of it.</summary>
    public void Write(string path)
    {
        var half = path + ".part";
        File.WriteAllText(half, JsonSerializer.Serialize(this, JsonSerializerOptions.Web) + "\n");
        File.Move(half, path, overwrite: true);
    }
}
