using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;
using Sheaf.Client.Watching;
using Spectre.Console;

namespace Sheaf.Client.Rendering;

/// <summary>Picks how a run is shown.</summary>
internal static class RunRenderers
{
    public static IRunRenderer Create(ClientHost host, OutputFormat format, Ink ink)
    {
        if (format == OutputFormat.Json)
        {
            return new JsonRunRenderer(host.Out);
        }

        // A terminal that cannot move its cursor (TERM=dumb) gets lines.
        if (!host.OutIsTerminal || host.Variable("TERM") is null or "" or "dumb")
        {
            return new PlainRunRenderer(host.Out, host.Time, ink);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(host.Out),
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.No,
            ColorSystem = ink.On ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        return new LiveRunRenderer(console, host.Out, host.Width, ink);
    }
}
