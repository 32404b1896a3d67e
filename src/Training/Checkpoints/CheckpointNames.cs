using System.Globalization;

namespace Sheaf.Training.Checkpoints;

/// <summary>Folder names: <c>step-0000001200-gen-3</c>.</summary>
internal static class CheckpointNames
{
    private const string Step = "step-";
    private const string Generation = "-gen-";

    public static string Of(long step, long generation) => $"{Step}{step:D10}{Generation}{generation}";

    private static bool IsExperiment(string id) =>
        id.Length is > 0 and <= 200 && id[0] != '.' && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>An id becomes part of paths and keys.</summary>
    public static void CheckExperiment(string experimentId)
    {
        if (!IsExperiment(experimentId))
        {
            throw new ArgumentException(
                $"'{experimentId}' is no experiment id: letters, digits, '-', '_' and '.' are allowed, not a '.' at the start.", nameof(experimentId));
        }
    }

    /// <summary>Experiment and checkpoint of a path, wherever checkpoints were when it was written; null: it is none of a checkpoint.</summary>
    public static (string Experiment, string Name)? TailOf(string path) =>
        path.TrimEnd('/').Split('/') is [.., var experiment, var name] && IsExperiment(experiment) && TryParse(name, out _, out _) ? (experiment, name) : null;

    public static bool TryParse(string name, out long step, out long generation)
    {
        (step, generation) = (0, 0);
        var cut = name.IndexOf(Generation, StringComparison.Ordinal);
        return cut > 0
            && name.StartsWith(Step, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(Step.Length, cut - Step.Length), NumberStyles.None, CultureInfo.InvariantCulture, out step)
            && long.TryParse(name.AsSpan(cut + Generation.Length), NumberStyles.None, CultureInfo.InvariantCulture, out generation)
            && name == Of(step, generation);
    }
}
