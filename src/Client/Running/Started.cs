using System.ComponentModel;
using System.Diagnostics;
using Sheaf.Client.Failures;

namespace Sheaf.Client.Running;

/// <summary>Programs that this one starts.</summary>
internal static class Started
{
    /// <exception cref="CliException">It cannot be started: too many processes or open files, or it is not there.</exception>
    public static Process Process(ProcessStartInfo start)
    {
        try
        {
            return System.Diagnostics.Process.Start(start) ?? throw new Win32Exception($"{start.FileName} did not start");
        }
        catch (Exception failure) when (failure is Win32Exception or IOException)
        {
            throw new CliException(
                ExitCode.RunFailed,
                $"{start.FileName} could not be started",
                failure.Message,
                "free what it lacks (ulimit -a shows the limits), then run this again",
                failure);
        }
    }
}
