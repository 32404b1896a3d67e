using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Reports;

namespace Sheaf.Client.Commands;

internal static class ReportVerb
{
    /// <summary>What the server sends in one answer.</summary>
    private const int MostPictures = 1000;

    public static Verb Create(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var to = new Option<string?>("--to") { Description = "The file to write. Default: ID.html here", HelpName = "FILE" };
        var pictures = new Option<int>("--pictures")
        {
            Description = "How many rows are shown, where rows are images: 0 to 1000", HelpName = "N", DefaultValueFactory = _ => 24,
        };
        pictures.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(int.TryParse(token.Value, out var wanted) && wanted is >= 0 and <= MostPictures))
            {
                result.AddError($"--pictures is '{token.Value}'; it takes a whole number from 0 to {MostPictures}");
            }
        });
        var verb = new Verb(
            "report",
            "Write one HTML file that tells an experiment: outcome, loss curves, metrics by epoch, true and predicted, errors, confusion matrix, pictures, "
                + "coefficients, the ledger's proof, events, and how to repeat it. It needs no network and no script to be read.",
            new Example("report fashion-mnist-lenet-3f2a9c", "writes fashion-mnist-lenet-3f2a9c.html"),
            new Example("report auto-mpg-3f2a9c --to report.html", "another file"));
        verb.Arguments.Add(id);
        verb.Options.Add(to);
        verb.Options.Add(pictures);
        verb.Handle(host, async invocation =>
        {
            var name = invocation.Parsed.GetRequiredValue(id);
            var path = Path.GetFullPath(invocation.Parsed.GetValue(to) ?? $"{name}.html");
            using var server = await invocation.ConnectAsync();
            var material = await new ReportInquiry(server, name, invocation.Parsed.GetValue(pictures), invocation.Interrupted).AskAsync(host.Time, host.Name);
            var bytes = await WholeFile.WriteAsync(path, ReportPage.Write(material), "the report", invocation.Interrupted);
            WholeFile.Tell(invocation, path, bytes);
            return ExitCode.Ok;
        });
        return verb;
    }
}
