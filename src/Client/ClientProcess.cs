using Sheaf.Client.Commands;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;
using Sheaf.Contracts.Surroundings;

namespace Sheaf.Client;

/// <summary>The command line as a process.</summary>
internal static class ClientProcess
{
    /// <returns>The exit code; never a call stack, not even where the process lacks what its own streams and signals need.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            ForeignVariables.Clear();
            using var interrupts = new SignalInterrupts();
            using var output = new OutputHealth(interrupts.First);
            return await CommandTree.InvokeAsync(arguments, Host(interrupts, output));
        }
#pragma warning disable CA1031 // Whatever it is, a person reads it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            await using var error = StandardStream.Writer(2, null);
            var cause = failure.GetBaseException();
            ErrorReport.WriteText(
                error, new CliException(ExitCode.RunFailed, $"sheaf could not start ({cause.GetType().Name})", cause.Message, "free what it lacks (ulimit -a shows the limits), then run it again"), new(On: false));
            return ExitCode.RunFailed;
        }
    }

    private static ClientHost Host(SignalInterrupts interrupts, OutputHealth output) => new()
    {
        Out = StandardStream.Writer(1, output, Console.IsOutputRedirected ? null : Console.OutputEncoding),
        Error = StandardStream.Writer(2, null, Console.IsErrorRedirected ? null : Console.OutputEncoding),
        Output = output,
        OutIsTerminal = !Console.IsOutputRedirected,
        Width = () => Console.WindowWidth,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Time = TimeProvider.System,
        Variable = Environment.GetEnvironmentVariable,
        VariableNames = () => Environment.GetEnvironmentVariables().Keys.Cast<string>(),
        Interrupts = interrupts,
        Silos = new SiloLauncher(TimeProvider.System, Environment.GetEnvironmentVariable),
    };
}
