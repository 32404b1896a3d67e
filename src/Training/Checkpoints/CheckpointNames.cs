using System.Globalization;

namespace Sheaf.Training.Checkpoints;

/// <summary>Folder names: <c>step-0000001200-gen-3</c>.</summary>
internal static class CheckpointNames
{
    private const string Step = "step-";
    private const string Generation = "-gen-";

    public static string Of(long step, long generation) => $"{Step}{step:D10}{Generation}{generation}";

    /// <summary>An id becomes part of paths and keys.</summary>
    public static void CheckExperiment(string experimentId)
    {
        if (experimentId.Length is 0 or > 200 || experimentId[0] == '.'
            || !experimentId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
        {
            throw new ArgumentException(
                $"'{experimentId}' is no experiment id: letters, digits, '-', '_' and '.' are allowed, not a '.' at the start.", nameof(experimentId));
        }
    }

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
