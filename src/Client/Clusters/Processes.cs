using System.Globalization;
using System.Runtime.InteropServices;

namespace Sheaf.Client.Clusters;

/// <summary>Processes that an earlier call of this program started, on Linux.</summary>
internal static partial class Processes
{
    public const int SigTerm = 15;
    public const int SigKill = 9;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>When the process began, in ticks since the machine did; null: there is none, or it has ended and only its parent has not asked how.</summary>
    public static long? Began(int pid)
    {
        try
        {
            // The command, in parentheses, may hold anything; 20 fields after its end stands the time.
            var stat = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the process runs that program in that working directory; one that may not be looked at is somebody else's.</summary>
    public static bool IsAt(int pid, string program, string directory)
    {
        try
        {
            var process = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}";
            return Began(pid) is not null
                && Path.GetFileName(new FileInfo($"{process}/exe").LinkTarget?.Replace(" (deleted)", "", StringComparison.Ordinal)) == program
                && Real(new DirectoryInfo($"{process}/cwd").LinkTarget) == Real(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Waits until no process runs that program in that working directory: what was killed may have children that end in a moment.</summary>
    /// <returns>False: some still do when <paramref name="patience"/> is over.</returns>
    public static async Task<bool> NoneAtAsync(string program, string directory, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        using var timer = new PeriodicTimer(LookEvery, time);
        while (All().Any(pid => IsAt(pid, program, directory)))
        {
            if (time.GetElapsedTime(start) > patience)
            {
                return false;
            }

            await timer.WaitForNextTickAsync(cancellation);
        }

        return true;
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    public static bool IsAlive(int pid, long began) => Began(pid) == began;

    /// <summary>Asks it to end, waits, and kills it when <paramref name="patience"/> is over.</summary>
    /// <returns>Whether it ended by itself.</returns>
    public static async Task<bool> EndAsync(int pid, long began, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        if (!IsAlive(pid, began))
        {
            return true;
        }

        _ = Kill(pid, SigTerm);
        if (await GoneAsync(pid, began, patience, time, cancellation))
        {
            return true;
        }

        if (IsAlive(pid, began))
        {
            _ = Kill(pid, SigKill);
        }

        await GoneAsync(pid, began, patience, time, cancellation);
        return false;
    }

    /// <summary>The path without symbolic links, of which the kernel knows none.</summary>
    private static string? Real(string? path)
    {
        if (path is null)
        {
            return null;
        }

        var real = "/";
        foreach (var part in Path.GetFullPath(path).Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(real, part);
            real = Directory.ResolveLinkTarget(next, returnFinalTarget: true)?.FullName ?? next;
        }

        return real;
    }

    private static async Task<bool> GoneAsync(int pid, long began, TimeSpan patience, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        using var timer = new PeriodicTimer(LookEvery, time);
        while (IsAlive(pid, began))
        {
            if (time.GetElapsedTime(start) > patience)
            {
                return false;
            }

            await timer.WaitForNextTickAsync(cancellation);
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
