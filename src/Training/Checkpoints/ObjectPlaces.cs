using Sheaf.Training.Objects;

namespace Sheaf.Training.Checkpoints;

/// <summary>Where checkpoints are below an address of an object store: <c>ADDRESS/EXPERIMENT/step-0000001200-gen-3/manifest.json</c>. Pure.</summary>
internal sealed record ObjectPlaces(ObjectUrl Root)
{
    /// <summary>What is written to find out whether anything can be.</summary>
    public string Probe => Root.At(".sheaf-probe").Key;

    /// <summary>What the keys of all files of an experiment begin with.</summary>
    public string KeysOf(string experimentId)
    {
        CheckpointNames.CheckExperiment(experimentId);
        return Root.At(experimentId).Key + "/";
    }

    /// <summary>The path of a checkpoint, as records have it.</summary>
    public string PathOf(string experimentId, string name)
    {
        CheckpointNames.CheckExperiment(experimentId);
        return Root.At(experimentId).At(name).ToString();
    }

    public static string KeyOf(string path, string file) => ObjectUrl.TryParse(path, out var url) ? url.At(file).Key : throw NoAddress(path);

    /// <summary>The checkpoint that a key is in; null: it is in none.</summary>
    public (string Path, string File, long Step, long Generation)? Of(string experimentId, string key) =>
        key[KeysOf(experimentId).Length..].Split('/') is [var name, var file] && CheckpointNames.TryParse(name, out var step, out var generation)
            ? (PathOf(experimentId, name), file, step, generation)
            : null;

    /// <summary>
    /// The address of a checkpoint, whose record may be of a time when checkpoints were elsewhere: experiment and name are the same. Paths come from requests:
    /// nothing elsewhere is read or deleted.
    /// </summary>
    public string Inside(string path) => CheckpointNames.TailOf(path) is { } tail
        ? PathOf(tail.Experiment, tail.Name)
        : throw new CheckpointException($"'{path}' is no checkpoint of '{Root}'; one is EXPERIMENT/{CheckpointNames.Of(1200, 3)}.", path) { IsAway = true };

    private static ArgumentException NoAddress(string path) => new($"'{path}' is no address of an object store.", nameof(path));
}
