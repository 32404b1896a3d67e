using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.Client.Trust;
using Sheaf.Client.Watching;

namespace Sheaf.Client.Commands;

/// <summary>One call of one verb: its host, its arguments and what the global options say.</summary>
internal sealed class Invocation(ClientHost host, ParseResult parsed)
{
    private IServerSource? _source;
    private ServerTrust? _trust;

    public ClientHost Host => host;

    public ParseResult Parsed => parsed;

    public bool Json => parsed.GetValue(GlobalOptions.Output) == OutputFormat.Json;

    public Ink Ink => new(host.OutIsTerminal && Colours);

    public Ink ErrorInk => new(host.ErrorIsTerminal && Colours);

    /// <summary>Cancelled by the first Ctrl-C, and when the reader of the output has closed the pipe.</summary>
    public CancellationToken Interrupted => host.Output.Enough;

    private bool Colours => !parsed.GetValue(GlobalOptions.NoColor) && string.IsNullOrEmpty(host.Variable("NO_COLOR"));

    /// <summary>Where the verb's server is; a verb may choose another before it connects.</summary>
    public IServerSource Source
    {
        get => _source ??= ServerSources.Choose(
            parsed.GetValue(GlobalOptions.Server), parsed.GetValue(GlobalOptions.Cluster), parsed.GetValue(GlobalOptions.Proxy), host.Variable);
        set => _source = value;
    }

    /// <summary>What is shown to which server.</summary>
    public ServerTrust Trust => _trust ??= new(parsed.GetValue(GlobalOptions.Authority), parsed.GetValue(GlobalOptions.Insecure), host.Time, host.Variable);

    public Task<ServerConnection> ConnectAsync() => ServerConnection.OpenAsync(Source, host.Time, host.Name, !Json, Trust, Interrupted);

    public IRunRenderer Renderer() => RunRenderers.Create(host, parsed.GetValue(GlobalOptions.Output), Ink);

    /// <summary>Says that a project of the user's is built, which takes some seconds.</summary>
    public void Building(string project) => host.Error.WriteLine($"building {Path.GetRelativePath(Environment.CurrentDirectory, project)}");

    /// <summary>A command to print as a hint; names the server where the user had to.</summary>
    public string Hint(string arguments) => $"{host.Name} {arguments}{Source.Hint}{Trust.Hint}";
}
