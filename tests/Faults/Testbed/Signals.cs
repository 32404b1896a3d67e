using System.Runtime.InteropServices;

namespace Sheaf.Testbed;

/// <summary>Signals to processes of ours, by their id.</summary>
internal static class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>False: there is no such process any more.</summary>
    public static bool Send(int process, int signal) => NativeKill(process, signal) == 0;

    public static bool Exists(int process) => Send(process, 0);

    /// <summary>Waits until a process that is about to stop has stopped: only then does SIGCONT wake it.</summary>
    public static Task StoppedAsync(int process) => Until.TrueAsync(
        () => !Exists(process) || File.ReadAllText($"/proc/{process}/stat").Contains(") T ", StringComparison.Ordinal), $"process {process} is stopped");

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeKill(int process, int signal);
}
