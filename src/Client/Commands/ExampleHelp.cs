using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;

namespace Sheaf.Client.Commands;

/// <summary>The library's help, and after it the verb's examples and notes; at the root also the exit codes.</summary>
internal sealed class ExampleHelp(ClientHost host, HelpAction basic) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        basic.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb verb)
        {
            return ExitCode.Ok;
        }

        if (verb.Examples.Count > 0)
        {
            host.Out.WriteLine("Examples:");
            var width = verb.Examples.Max(e => e.Arguments.Length);
            foreach (var example in verb.Examples)
            {
                host.Out.WriteLine($"  {host.Name} {example.Arguments.PadRight(width)}  # {example.Meaning}");
            }

            host.Out.WriteLine();
        }

        foreach (var note in verb.Notes)
        {
            host.Out.WriteLine(note);
        }

        if (!verb.Parents.Any())
        {
            host.Out.WriteLine("Exit codes:");
            foreach (var (code, meaning) in ExitCode.All)
            {
                host.Out.WriteLine($"  {code,3}  {meaning}");
            }

            host.Out.WriteLine();
        }

        return ExitCode.Ok;
    }
}
