using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;

namespace Sheaf.Client.Commands;

/// <summary>One call of one verb: its host, its arguments and what the global options say.</summary>
internal sealed class Invocation(ClientHost host, ParseResult parsed)
{
    public ClientHost Host => host;

    public ParseResult Parsed => parsed;

    public bool Json => parsed.GetValue(GlobalOptions.Output) == OutputFormat.Json;

    public Ink Ink => new(host.OutIsTerminal && Colours);

    public Ink ErrorInk => new(host.ErrorIsTerminal && Colours);

    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Interrupted => host.Interrupts.First;

    private bool Colours => !parsed.GetValue(GlobalOptions.NoColor) && string.IsNullOrEmpty(host.Variable("NO_COLOR"));

    public ServerConnection Connect()
    {
        var server = parsed.GetValue(GlobalOptions.Server) is { } named
            ? ServerAddress.Parse(named, "--server")
            : ServerAddress.Parse(host.Variable("SHEAF_SERVER") is { Length: > 0 } variable ? variable : ServerAddress.Default, "the variable SHEAF_SERVER");
        return new ServerConnection(server, host.Time, host.Name);
    }

    public IRunRenderer Renderer() => RunRenderers.Create(host, parsed.GetValue(GlobalOptions.Output), Ink);

    /// <summary>A command to print as a hint; names the server where the user had to.</summary>
    public string Hint(string arguments) =>
        parsed.GetValue(GlobalOptions.Server) is { } server ? $"{host.Name} {arguments} --server {server}" : $"{host.Name} {arguments}";
}
