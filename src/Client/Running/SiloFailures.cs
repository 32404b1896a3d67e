using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;

namespace Sheaf.Client.Running;

/// <summary>What to say when a silo of one's own ends by itself: the exit code in words, and the log's last lines.</summary>
internal static class SiloFailures
{
    private const int Lines = 12;

    /// <summary>What a silo ends with that refuses its command line, its data or its machine; its last line says why.</summary>
    private const int Refused = 2;

    public static CliException EndedEarly(int exitCode, SiloOptions options, long logStart) =>
        exitCode == Refused && LogTail.Read(options.LogPath, Lines, logStart) is { Count: > 0 } said
        ? new(ExitCode.BadUsage, "the silo refused to start", string.Join('\n', said), "mend what it names, then run this again")
        : new(ExitCode.RunFailed, $"the silo could not start: it {Describe(exitCode)}", Log(options.LogPath, logStart), $"the whole log is {options.LogPath}");

    public static CliException NotReady(TimeSpan waited, SiloOptions options, long logStart) => new(
        ExitCode.RunFailed, $"the silo was not ready within {waited.TotalSeconds:0} s", Log(options.LogPath, logStart), $"the whole log is {options.LogPath}");

    public static CliException Died(int exitCode, string logPath, string resume) => new(
        ExitCode.RunFailed, $"the silo of this run died: it {Describe(exitCode)}", Log(logPath, 0),
        $"go on from the last checkpoint: {resume}\nthe whole log is {logPath}");

    private static string Describe(int exitCode) => exitCode switch
    {
        134 => "aborted (SIGABRT)",
        137 => "was killed (SIGKILL), perhaps for want of memory",
        139 => "crashed (SIGSEGV)",
        143 => "was asked to end (SIGTERM)",
        _ => $"ended with exit code {exitCode}",
    };

    private static string Log(string path, long from)
    {
        var lines = LogTail.Read(path, Lines, from);
        return lines.Count == 0 ? "it wrote nothing to its log" : "its log ends with\n" + string.Join('\n', lines);
    }
}
