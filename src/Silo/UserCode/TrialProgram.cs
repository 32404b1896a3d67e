using System.Globalization;
using System.Text.Json;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Trials;
using Sheaf.Training.UserCode;

namespace Sheaf.Silo.UserCode;

/// <summary>The silo's program as the process of one trial: reads a spec from standard input, tries its classes, writes reports to a file.</summary>
internal static class TrialProgram
{
    /// <summary>The first argument that makes the program this one.</summary>
    public const string Verb = "try-user-code";

    public static bool IsMeant(string[] arguments) => arguments is [Verb, ..];

    /// <param name="arguments">The verb, the folder of the packages, the folder of the spec, the file of the reports, the folder of decoded rows (empty:
    /// none) and its limit in bytes, the folder of fetched data.</param>
    /// <returns>0: there is a result.</returns>
    public static int Run(string[] arguments)
    {
        var (packages, basePath, reports) = (arguments[1], arguments[2], arguments[3]);
        LibTorch.Demand();
        using var report = new StreamWriter(reports, append: true) { AutoFlush = true };
        var spec = SpecParser.Parse(Console.In.ReadToEnd(), basePath).Spec
            ?? throw new FormatException("The spec of a trial cannot be read.");
        var cache = arguments[4].Length == 0
            ? null
            : new DataCache(arguments[4], long.Parse(arguments[5], CultureInfo.InvariantCulture), TimeProvider.System);
        var trial = new UserCodeTrial(new Packages(packages), doing => Say(new() { Doing = doing }), TimeProvider.System, cache, new(arguments[6]));
        Say(new() { Result = trial.Run(spec, CancellationToken.None) });

        // A thread of the user's may still run, and has nothing to say any more.
        Environment.Exit(0);
        return 0;

        void Say(TrialReport line) => report.WriteLine(JsonSerializer.Serialize(line));
    }
}
