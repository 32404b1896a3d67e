using System.Text.Json;
using System.Text.Json.Serialization;
using Sheaf.Client.Failures;

namespace Sheaf.Client.Clusters;

/// <summary>What `cluster up` has started: a file in the cluster's folder, by which all verbs find the cluster. Immutable.</summary>
/// <param name="Connection">Of its database; without a password, for it listens on a private socket.</param>
internal sealed record ClusterState(string Connection, IReadOnlyList<ManagedSilo> Silos)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [JsonIgnore]
    public IEnumerable<ManagedSilo> Alive => Silos.Where(silo => silo.IsAlive);

    /// <summary>Null: there is no cluster, or it was taken down.</summary>
    /// <exception cref="CliException">The file is not what was written.</exception>
    public static ClusterState? Read(ClusterPaths paths)
    {
        try
        {
            var state = JsonSerializer.Deserialize<ClusterState>(File.ReadAllText(paths.State), Json);
            return state is null
                ? null
                : state with { Silos = [.. state.Silos.Select(silo => silo.Grpc is null ? ReadySilo.Read(paths, silo) ?? silo : silo)] };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.BadUsage,
                $"the state of the cluster in {paths.State} cannot be read",
                e.Message,
                "end its processes by hand, delete the file, then `cluster up` again",
                e);
        }
    }

    /// <summary>Written whole under another name and renamed, so that a reader never sees a part.</summary>
    public void Write(ClusterPaths paths)
    {
        var half = paths.State + ".part";
        File.WriteAllText(half, JsonSerializer.Serialize(this, Json));
        File.Move(half, paths.State, overwrite: true);
    }

    /// <summary>With this silo in place of the one of its name.</summary>
    public ClusterState With(ManagedSilo silo) =>
        this with { Silos = [.. Silos.Where(other => other.Name != silo.Name).Append(silo).OrderBy(other => other.Name, NaturalOrder.Instance)] };

    public ClusterState Without(string name) => this with { Silos = [.. Silos.Where(silo => silo.Name != name)] };
}
