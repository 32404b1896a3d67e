using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.Client.Specs;
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
        var verb = new Verb("summary", "Show a spec's model before anything runs: layers, shapes, parameters, multiply-adds, memory. Needs no server.",
            new Example("summary examples/fashion-mnist.yaml", "a table"),
            new Example("summary examples/auto-mpg.yaml --input 9", "where the data decide how many inputs there are"),
            new Example("summary my.yaml --set model.layers.2.linear=20 --output json", "one JSON object, with an override"));
        verb.Arguments.Add(file);
        verb.Options.Add(input);
        var options = new SpecOptions(verb);
        verb.Handle(host, invocation =>
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

            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => ModelSummaryOutput.WriteJson(json, summary));
            }
            else
            {
                ModelSummaryOutput.WriteText(host.Out, spec, summary, invocation.Ink);
            }

            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }
}
