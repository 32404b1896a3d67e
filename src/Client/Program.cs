using Sheaf.Client.Commands;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;

using var interrupts = new SignalInterrupts();
var host = new ClientHost
{
    Out = Console.Out,
    Error = Console.Error,
    OutIsTerminal = !Console.IsOutputRedirected,
    Width = () => Console.WindowWidth,
    ErrorIsTerminal = !Console.IsErrorRedirected,
    Time = TimeProvider.System,
    Variable = Environment.GetEnvironmentVariable,
    Interrupts = interrupts,
    Silos = new SiloLauncher(TimeProvider.System, Environment.GetEnvironmentVariable),
};
return await CommandTree.InvokeAsync(args, host);
