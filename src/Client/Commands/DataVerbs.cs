using System.CommandLine;
using Sheaf.Client.Describing;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Packaging;
using Sheaf.Client.Specs;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Commands;

/// <summary>data describe.</summary>
internal static class DataVerbs
{
    private const int MostPictures = 1000;

    /// <summary>Pictures shown on a terminal where the user gives no number.</summary>
    private const int UsualPictures = 6, UsualFiles = 24;

    public static Verb Create(ClientHost host)
    {
        var verb = new Verb("data", "Look at the rows of a spec, without a server.",
            new Example("data describe examples/auto-mpg.yaml", "statistics of every column, missing values, what the transforms do"),
            new Example("data describe examples/fashion-mnist.yaml --png first.png", "classes, pixels, and the first rows as a picture"));
        verb.Subcommands.Add(Describe(host));
        return verb;
    }

    private static Verb Describe(ClientHost host)
    {
        var file = new Argument<string>("SPEC") { Description = "The spec, a YAML file" };
        var rows = new Option<string>("--rows")
        {
            Description = "Which rows statistics and pictures are of", HelpName = "train|validation|test", DefaultValueFactory = _ => "train",
        };
        Choices.Restrict(rows, "train", "validation", "test");
        var pictures = new Option<int?>("--pictures")
        {
            Description = $"Show so many of the first rows, where rows are images: 0 to {MostPictures}. Default: {UsualPictures} on a terminal", HelpName = "N",
        };
        pictures.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var wanted) && wanted is >= 0 and <= MostPictures))
            {
                result.AddError($"--pictures is '{token.Value}'; it takes a whole number from 0 to {MostPictures}");
            }
        });
        var png = new Option<string?>("--png")
        {
            Description = $"Write the first rows ({UsualFiles}, or as many as --pictures says) as PNG: all in one FILE.png, or each in a file of a folder",
            HelpName = "FILE.png|DIR",
        };
        var verb = new Verb(
            "describe",
            "Read the rows of a spec and sum them up: count, mean, deviation, quartiles of every column, missing values, classes, what each transform does. "
                + "Needs no server.",
            new Example("data describe examples/auto-mpg.yaml", "of the training rows"),
            new Example("data describe examples/fashion-mnist.yaml --rows test --pictures 12", "of the test rows, with pictures"),
            new Example("data describe my-model/my-model.yaml", "of rows that a C# class of yours makes: it is built, and runs here"),
            new Example("data describe my.yaml --output json", "one JSON object"));
        verb.Arguments.Add(file);
        verb.Options.Add(rows);
        verb.Options.Add(pictures);
        verb.Options.Add(png);
        var options = new SpecOptions(verb);
        verb.Handle(host, async invocation =>
        {
            var parsed = invocation.Parsed;
            var spec = SpecFile.Load(parsed.GetRequiredValue(file), options.Overrides(parsed));
            if (spec.Spec.UserCode.Any(use => use.Key.StartsWith("data", StringComparison.Ordinal)))
            {
                spec = await SpecPackages.BuildAsync(spec, host, invocation.Building, invocation.Interrupted);
            }

            var shown = parsed.GetValue(pictures) ?? (host.OutIsTerminal && !invocation.Json ? UsualPictures : 0);
            var to = parsed.GetValue(png) is { } path ? Path.GetFullPath(path) : null;
            var read = to is null ? shown : parsed.GetValue(pictures) ?? UsualFiles;
            var which = char.ToUpperInvariant(parsed.GetRequiredValue(rows)[0]) + parsed.GetRequiredValue(rows)[1..];
            var data = await DataReader.DescribeAsync(host, spec, which, read, to, invocation.Interrupted);
            if (invocation.Json)
            {
                JsonLine.Write(host.Out, json => DescriptionOutput.WriteJson(json, data));
                return ExitCode.Ok;
            }

            DescriptionOutput.WriteText(host.Out, spec.Spec.Name, data, invocation.Ink);
            TerminalPictures.Write(host.Out, [.. data.Pictures.Take(shown)], host.OutIsTerminal ? host.Width() : 80, invocation.Ink);
            if (to is not null)
            {
                host.Out.WriteLine();
                var written = $"{to}  {Format.Count(data.Pictures.Count, "row")}";
                host.Out.WriteLine(data.Pictures.Count == 0 ? "The rows are no images: no picture is written." : written);
            }

            return ExitCode.Ok;
        });
        return verb;
    }
}
