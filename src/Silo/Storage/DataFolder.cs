using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage;

/// <summary>Where everything of this silo is on the disk.</summary>
/// <param name="Root">Absolute. Silos of one cluster may share it.</param>
/// <param name="Silo">The name of one silo of a cluster; null: the folder is a lone silo's.</param>
public sealed record DataFolder(string Root, string? Silo = null)
{
    /// <summary>States of grains, where no database keeps them.</summary>
    public string Grains => Path.Combine(Root, "grains");

    /// <summary>What this silo alone writes.</summary>
    public string Own => Silo is null ? Root : Path.Combine(Silos, Silo);

    /// <summary>A folder a silo of a cluster.</summary>
    public string Silos => Path.Combine(Root, "silos");

    public string Experiments => Path.Combine(Own, "experiments");

    public string Checkpoints { get; init; } = Path.Combine(Root, "checkpoints");

    /// <summary>Decoded rows; null: nowhere.</summary>
    public string? DataCache { get; init; } = Path.Combine(Root, "data-cache");

    /// <summary>Copies of remote files of data, which can be fetched again.</summary>
    public string Datasets => Path.Combine(Own, "datasets");

    public string LockFile => Path.Combine(Own, "lock");

    /// <summary>Of calls that changed something.</summary>
    public string AuditLog => Path.Combine(Own, "audit.jsonl");

    /// <summary>Whose lock it is: a locked file cannot be read by others.</summary>
    public string PidFile => Path.Combine(Own, "pid");

    /// <summary>Says which folder this is, wherever it is mounted.</summary>
    public string IdFile => Path.Combine(Root, "id");

    public static DataFolder Of(SiloOptions options)
    {
        var root = Path.GetFullPath(options.Data);
        var folder = new DataFolder(root, options.Cluster is null ? null : options.Name);
        folder = options.DataCache is { } cache ? folder with { DataCache = cache == "none" ? null : Path.GetFullPath(cache) } : folder;
        return options.Checkpoints is { } checkpoints && !ObjectUrl.IsMeant(checkpoints)
            ? folder with { Checkpoints = Path.GetFullPath(checkpoints) }
            : folder;
    }

    /// <summary>Of this silo.</summary>
    public string Logs(string experimentId) => Path.Combine(Experiments, experimentId, "logs");

    /// <summary>Of all silos that write, or wrote, into <see cref="Root"/>; those that exist.</summary>
    public IEnumerable<string> AllLogs(string experimentId)
    {
        var owners = Directory.Exists(Silos) ? Directory.GetDirectories(Silos) : [];
        return owners.Append(Root).Select(
            owner => Path.Combine(owner, "experiments", experimentId, "logs")).Where(Directory.Exists).Order(StringComparer.Ordinal);
    }
}
