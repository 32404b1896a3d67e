using Sheaf.V1;

namespace Sheaf.Client.Failures;

/// <summary>An error for a person: what happened, why, and what to do. The command ends with its exit code.</summary>
internal sealed class CliException(int exitCode, string what, string? why = null, string? todo = null, Exception? inner = null) : Exception(what, inner)
{
    public int ExitCode { get; } = exitCode;

    public string? Why { get; } = why;

    public string? Todo { get; } = todo;

    /// <summary>A spec's mistakes, all of them; printed one a line before the rest.</summary>
    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>The file that <see cref="Violations"/> speak of.</summary>
    public string? File { get; init; }
}
