using System.CommandLine;
using Sheaf.Client.Hosting;

namespace Sheaf.Client.Commands;

/// <summary>A command with examples for its --help.</summary>
internal sealed class Verb(string name, string description, params Example[] examples) : Command(name, description)
{
    public IReadOnlyList<Example> Examples { get; } = examples;

    /// <summary>More for --help, after the examples: lines without indentation.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public void Handle(ClientHost host, Func<Invocation, Task<int>> handler) =>
        SetAction((parsed, _) => handler(new Invocation(host, parsed)));
}
