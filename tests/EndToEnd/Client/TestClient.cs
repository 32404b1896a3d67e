using System.Text.Json;
using Sheaf.Client.Commands;
using Sheaf.Client.Hosting;
using Sheaf.Client.Running;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>The CLI in this process, with its streams, signals and silo in the test's hands.</summary>
internal sealed class TestClient : IDisposable
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["SHEAF_NAME"] = "./sheaf" };

    public WatchedWriter Out { get; } = new();

    public WatchedWriter Error { get; } = new();

    public ManualInterrupts Interrupts { get; } = new();

    public ISiloLauncher Silos { get; set; } = new SiloLauncher(TimeProvider.System, _ => null);

    public OutputHealth Output { get; }

    /// <summary>What a question for a secret gets.</summary>
    public string? Typed { get; set; }

    /// <summary>The question; null: none was asked.</summary>
    public string? Asked { get; private set; }

    public bool OutIsTerminal { get; init; }

    public TestClient() => Output = new(Interrupts.First);

    /// <summary>Every line of standard output as JSON; fails where one is not.</summary>
    public IReadOnlyList<JsonElement> JsonLines => [.. Out.Lines.Select(line => JsonDocument.Parse(line).RootElement)];

    public TestClient With(string variable, string value)
    {
        _variables[variable] = value;
        return this;
    }

    public TestClient With(FakeServer server) => With("SHEAF_SERVER", server.Address.ToString());

    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(params string[] arguments) => CommandTree.InvokeAsync(arguments, Host());

    public ClientHost Host() => new()
    {
        Out = Out,
        Error = Error,
        Output = Output,
        VariableNames = () => _variables.Keys,
        OutIsTerminal = OutIsTerminal,
        Time = TimeProvider.System,
        Variable = name => _variables.GetValueOrDefault(name),
        Interrupts = Interrupts,
        Silos = Silos,
        ReadSecret = question =>
        {
            Asked = question;
            return Typed;
        },
    };

    public void Dispose()
    {
        Output.Dispose();
        Interrupts.Dispose();
        Out.Dispose();
        Error.Dispose();
    }
}
