using System.Text;
using Sheaf.Client.Commands;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;
using Sheaf.Client.Trust;
using Sheaf.Surroundings;

namespace Sheaf.Client;

/// <summary>The command line as a process.</summary>
internal static class ClientProcess
{
    private const int Failed = 1;

    /// <returns>The exit code; never a call stack, not even where the process lacks what its own streams and signals need.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        RegionalFormat.Ignore();
        try
        {
            using var interrupts = new SignalInterrupts();
            using var output = new OutputHealth(interrupts.First);
            return await CommandTree.InvokeAsync(arguments, Host(interrupts, output));
        }
#pragma warning disable CA1031 // Whatever it is, a person reads it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            // With few descriptors left not even another part of this program can be loaded.
            using var error = new StandardStream(2, null);
            var cause = failure.GetBaseException();
            error.Write(Encoding.UTF8.GetBytes(
                $"error: sheaf could not start ({cause.GetType().Name})\n  why:  {cause.Message.ReplaceLineEndings(" ")}\n  do: "
                    + "  free what it lacks (ulimit -a shows the limits), then run it again\n"));
            return Failed;
        }
    }

    /// <summary>Of a terminal that says none, or does not know, those that most have.</summary>
    private static int Columns()
    {
        const int Usual = 80;
        try
        {
            return Console.WindowWidth is > 0 and var columns ? columns : Usual;
        }
        catch (Exception unknown) when (unknown is IOException or InvalidOperationException or PlatformNotSupportedException)
        {
            return Usual;
        }
    }

    private static ClientHost Host(SignalInterrupts interrupts, OutputHealth output) => new()
    {
        Out = StandardStream.Writer(1, output, Console.IsOutputRedirected ? null : Console.OutputEncoding),
        Error = StandardStream.Writer(2, null, Console.IsErrorRedirected ? null : Console.OutputEncoding),
        Output = output,
        OutIsTerminal = !Console.IsOutputRedirected,
        Width = Columns,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Time = TimeProvider.System,
        Variable = Environment.GetEnvironmentVariable,
        VariableNames = () => Environment.GetEnvironmentVariables().Keys.Cast<string>(),
        Interrupts = interrupts,
        ReadSecret = SecretPrompt.Read,
        Silos = new SiloLauncher(TimeProvider.System, Environment.GetEnvironmentVariable),
    };
}
