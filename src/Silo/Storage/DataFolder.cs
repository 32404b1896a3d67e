namespace Sheaf.Silo.Storage;

/// <summary>Where everything of this silo is on the disk.</summary>
/// <param name="Root">Absolute.</param>
public sealed record DataFolder(string Root)
{
    /// <summary>States of grains.</summary>
    public string Grains => Path.Combine(Root, "grains");

    public string Experiments => Path.Combine(Root, "experiments");

    public string Checkpoints => Path.Combine(Root, "checkpoints");

    public string LockFile => Path.Combine(Root, "lock");

    /// <summary>Whose lock it is: a locked file cannot be read by others.</summary>
    public string PidFile => Path.Combine(Root, "pid");

    public string Logs(string experimentId) => Path.Combine(Experiments, experimentId, "logs");
}
