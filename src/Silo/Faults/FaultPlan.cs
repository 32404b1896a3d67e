using System.Globalization;
using System.Text.RegularExpressions;
using Sheaf.Training.Faults;

namespace Sheaf.Silo.Faults;

/// <summary>
/// Reads a list of faults: <c>point@worker:step=action</c>, several separated by commas. A point is a name of <see cref="FaultPoint"/> in lower case
/// with hyphens (<c>before-compute</c>); worker and step are numbers or <c>*</c> for any; <c>#n</c> after the step means the n-th matching hit of a process
/// (a checkpoint has several writes) instead of the first, <c>#*</c> every one; an action is <c>throw</c>, <c>user-exception</c>, <c>kill</c>, <c>stop</c>,
/// <c>exit</c> or <c>delay:MILLISECONDS</c>.
/// </summary>
public static partial class FaultPlan
{
    private const int LongestDelay = 600_000;

    private static readonly Dictionary<string, FaultPoint> Points = Enum.GetValues<FaultPoint>().ToDictionary(point => Name(point));

    private static readonly Dictionary<string, FaultAction> Actions = Enum.GetValues<FaultAction>().ToDictionary(action => Name(action));

    /// <exception cref="FormatException">Names every entry that is wrong, what is wrong with it, and what is allowed.</exception>
    public static IReadOnlyList<PlannedFault> Parse(string text)
    {
        var (faults, mistakes) = (new List<PlannedFault>(), new List<string>());
        foreach (var entry in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var before = mistakes.Count;
            var fault = Read(entry, problem => mistakes.Add($"  '{entry}': {problem}"));
            if (fault is not null && mistakes.Count == before)
            {
                faults.Add(fault);
            }
        }

        return mistakes.Count == 0 ? faults : throw new FormatException($"SHEAF_FAULTS is wrong:\n{string.Join('\n', mistakes)}");
    }

    /// <summary>The name of an enum's member as users write it: BeforeCompute is before-compute.</summary>
    internal static string Name<T>(T value)
        where T : struct, Enum => Hump().Replace(value.ToString(), "-$0").ToLowerInvariant();

    private static PlannedFault? Read(string entry, Action<string> wrong)
    {
        if (Shape().Match(entry) is not { Success: true } match)
        {
            wrong("expected point@worker:step=action, such as before-compute@1:100=kill");
            return null;
        }

        if (!Points.TryGetValue(match.Groups["point"].Value, out var point))
        {
            wrong($"there is no point '{match.Groups["point"].Value}'; points are {string.Join(", ", Points.Keys)}");
        }

        var worker = Number(match.Groups["worker"].Value, "worker", int.MaxValue, wrong);
        var step = Number(match.Groups["step"].Value, "step", long.MaxValue, wrong);
        var hit = match.Groups["hit"].Success ? Number(match.Groups["hit"].Value, "hit", int.MaxValue, wrong) : 1;
        if (hit < 1)
        {
            wrong("the hit after # is a number from 1, or *");
        }

        var (name, delay) = match.Groups["action"].Value.Split(':', 2) is [var verb, var milliseconds]
            ? (verb, milliseconds)
            : (match.Groups["action"].Value, null);
        if (!Actions.TryGetValue(name, out var action))
        {
            wrong($"there is no action '{name}'; actions are {string.Join(", ", Actions.Keys)}, the last as delay:MILLISECONDS");
            return null;
        }

        var wait = 0;
        if (action == FaultAction.Delay != delay is not null
            || (delay is not null && !(int.TryParse(delay, NumberStyles.None, CultureInfo.InvariantCulture, out wait) && wait is > 0 and <= LongestDelay)))
        {
            wrong(action == FaultAction.Delay ? $"delay needs milliseconds, 1 to {LongestDelay}, such as delay:50" : $"{name} takes no value");
        }

        return new(entry, point, (int?)worker, step, (int?)hit, action, TimeSpan.FromMilliseconds(wait));
    }

    private static long? Number(string text, string what, long largest, Action<string> wrong)
    {
        if (text == "*")
        {
            return null;
        }

        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > largest)
        {
            wrong($"the {what} '{text}' is no number; expected 0 to {largest}, or *");
        }

        return number;
    }

    [GeneratedRegex("^(?<point>[^@]*)@(?<worker>[^:]*):(?<step>[^=#]*)(#(?<hit>[^=]*))?=(?<action>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();
}
