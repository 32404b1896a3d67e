namespace Sheaf.Client.Hosting;

/// <summary>What the CLI takes from its process: streams, terminal, clock, environment, signals and the way to start a silo. Tests supply their own.</summary>
internal sealed record ClientHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>What became of <see cref="Out"/>.</summary>
    public required OutputHealth Output { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal: live displays and colours only there.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>The terminal's columns now.</summary>
    public Func<int> Width { get; init; } = () => 80;

    public bool ErrorIsTerminal { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>An environment variable, or <c>null</c>.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The names of all environment variables.</summary>
    public Func<IEnumerable<string>> VariableNames { get; init; } = () => [];

    public required IInterrupts Interrupts { get; init; }

    /// <summary>Starts the silo of `run`.</summary>
    public required ISiloLauncher Silos { get; init; }

    /// <summary>A line of standard input; a terminal asks the question and does not show what is typed. Null: there is none.</summary>
    public Func<string, string?> ReadSecret { get; init; } = _ => null;

    /// <summary>How a user calls this program, as a shell reads it; hints print it.</summary>
    public string Name => ShellWord.Quote(Program);

    /// <summary>The same without quotes.</summary>
    public string Program => Variable("SHEAF_NAME") is { Length: > 0 } name ? name : "sheaf";
}
