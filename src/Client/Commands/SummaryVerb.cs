using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Graphs;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Specs;
using Sheaf.Client.Terminal;
using Sheaf.Specs.Summaries;

namespace Sheaf.Client.Commands;

internal static class SummaryVerb
{
    public static Verb Create(ClientHost host)
    {
        var file = new Argument<string>("SPEC") { Description = "The spec, a YAML file" };
        var input = new Option<string>("--input")
        {
            Description = "The shape of one row, transforms included. Default: what the spec and the first bytes of its files say", HelpName = "9|1x28x28",
        };
        var graph = new Option<string?>("--graph")
        {
            Description = "Draw the layers in place of the table: as a flowchart of Mermaid, or as a picture", HelpName = "mermaid|svg",
        };
        Choices.Restrict(graph, "mermaid", "svg");
        var to = new Option<string?>("--to") { Description = "With --graph: the file to write. Default: standard output", HelpName = "FILE" };
        var verb = new Verb("summary", "Show a spec's model before anything runs: layers, shapes, parameters, multiply-adds, memory. Needs no server.",
            new Example("summary examples/fashion-mnist.yaml", "a table"),
            new Example("summary examples/auto-mpg.yaml --input 9", "where the data decide how many inputs there are"),
            new Example("summary examples/fashion-mnist.yaml --graph svg --to model.svg", "the layers as a picture"),
            new Example("summary my.yaml --set model.layers.2.linear=20 --output json", "one JSON object, with an override"));
        verb.Arguments.Add(file);
        verb.Options.Add(input);
        verb.Options.Add(graph);
        verb.Options.Add(to);
        var options = new SpecOptions(verb);
        verb.Handle(host, async invocation =>
        {
            var path = invocation.Parsed.GetRequiredValue(file);
            var spec = SpecFile.Load(path, options.Overrides(invocation.Parsed)).Result.Spec!;
            var shape = RowShape.Of(spec.Data, invocation.Parsed.GetValue(input));
            ModelSummary summary;
            try
            {
                summary = ModelSummary.Of(spec, shape);
            }
            catch (ArgumentException failure)
            {
                throw new CliException(
                    ExitCode.BadUsage, $"the model of {path} does not fit its rows", failure.Message, "change the layers, or say another --input", failure);
            }

            if (invocation.Parsed.GetValue(graph) is { } kind)
            {
                await Draw(invocation, kind == "svg" ? SvgGraph.Of(spec.Name, summary) : MermaidGraph.Of(summary), invocation.Parsed.GetValue(to));
            }
            else if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => ModelSummaryOutput.WriteJson(json, summary));
            }
            else
            {
                ModelSummaryOutput.WriteText(host.Out, spec, summary, invocation.Ink);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static async Task Draw(Invocation invocation, string text, string? file)
    {
        if (file is null)
        {
            invocation.Host.Out.Write(text);
            return;
        }

        var path = Path.GetFullPath(file);
        WholeFile.Tell(invocation, path, await WholeFile.WriteAsync(path, text, "the graph", invocation.Interrupted));
    }
}
