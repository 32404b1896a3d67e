namespace Sheaf.Client.Clusters;

/// <summary>Where `cluster up` keeps a cluster: all of it in the folder cluster of a data directory, so that it can be taken away whole.</summary>
/// <param name="Data">What --data says; absolute.</param>
internal sealed record ClusterPaths(string Data)
{
    public string Root => Path.Combine(Data, "cluster");

    public string State => Path.Combine(Root, "cluster.json");

    /// <summary>Held by `up`, `down`, `start` and `stop` while they work.</summary>
    public string Lock => Path.Combine(Root, "cluster.lock");

    public string Checkpoints => Path.Combine(Root, "checkpoints");

    public string Log(string silo) => Path.Combine(Root, "logs", $"{silo}.log");

    public string Announce(string silo) => Path.Combine(Root, $"{silo}.announce.json");
}
