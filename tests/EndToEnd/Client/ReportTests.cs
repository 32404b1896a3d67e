using System.Xml.Linq;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>`report`: what the page says, and that it is one that every browser reads.</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private static readonly byte[] Pixel = [0x89, 0x50, 0x4E, 0x47];

    private readonly TestClient _client = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-report-");
    private FakeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _client.With(_server);
        _server.Experiments.OnDescribe = _ => Completed();
        _server.Experiments.OnMetrics = _ => Enumerable.Range(0, 10).Select(
            step => new StepMetrics { Step = step, Loss = 100.0 / (step + 1), Metrics = { 0.5 + (step / 20.0) }, Samples = 4, LearningRate = 0.1 });
        _server.Experiments.OnAudit = _ => Audited();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Classes_HaveTheirMatrixTheirNamesAndTheirPictures()
    {
        PredictRequest? asked = null;
        _server.Experiments.OnPredict = request =>
        {
            asked = request;
            return Classes();
        };

        var page = await ReportAsync("--pictures", "7");

        Assert.Equal(7, asked!.Pictures);
        Assert.Equal(
            ["true \\ predicted|cat|<b>dog</b>", "cat|2|1", "<b>dog</b>|0|2"],
            page.QuerySelectorAll("table.confusion tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
        Assert.Contains("66.67 %", page.QuerySelector("#classes")!.ParentElement!.TextContent, StringComparison.Ordinal);
        var picture = Assert.Single(page.QuerySelectorAll("img"));
        Assert.Equal("row 4: cat, predicted <b>dog</b>", picture.GetAttribute("alt"));
        Assert.Equal($"data:image/png;base64,{Convert.ToBase64String(Pixel)}", picture.GetAttribute("src"));
        Assert.Contains("wrong", picture.ParentElement!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task YesOrNo_HasTheRocCurveOfYes()
    {
        _server.Experiments.OnPredict = _ => Classes();

        var page = await ReportAsync();

        var chart = page.QuerySelector("#roc-words")!.ParentElement!;
        Assert.Contains("0.7500 for <b>dog</b>", chart.QuerySelector("desc")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("M64 374L64 194L454 14", Assert.Single(chart.QuerySelectorAll("path.line")).GetAttribute("d"));
        Assert.Single(chart.QuerySelectorAll("line.rule"));
    }

    [Fact]
    public async Task Numbers_HaveAPointARowItsDiagonalAndTheirErrors()
    {
        _server.Experiments.OnPredict = _ => Numbers();

        var page = await ReportAsync();

        Assert.Equal(3, page.QuerySelectorAll("circle.cloud").Length);
        var (scatter, errors) = (page.QuerySelector("#scatter-0-words")!.ParentElement!, page.QuerySelector("#errors-0-words")!.ParentElement!);
        Assert.Single(scatter.QuerySelectorAll("line.rule"));

        // The second row, (20, 26), on axes from 10 to 30 of 390 and 360 units.
        var dot = scatter.QuerySelectorAll("circle")[1];
        Assert.Equal(("259", "86"), (dot.GetAttribute("cx"), dot.GetAttribute("cy")));
        Assert.Contains("the mean magnitude 2.667", errors.QuerySelector("desc")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(3, errors.QuerySelectorAll("rect").Count(bar => bar.GetAttribute("height") != "0"));
        Assert.Equal(["intercept|1.50000000", "slope weight|-0.25000000"], page.QuerySelectorAll("#coefficients ~ div tbody tr").Select(
            row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
    }

    [Fact]
    public async Task Page_TellsOutcomeProofEventsAndHowToRepeatIt()
    {
        _server.Experiments.OnPredict = _ => Classes();

        var text = (await ReportAsync()).Body!.TextContent;

        Assert.All(
            new[]
            {
                "tiny-1", "completed", "test accuracy", "90.00 %", "the best, of step 5 (epoch 1)", "0123abcd", "Every sample was used exactly once.",
                "1 to 2",
                "every sample exactly once", "worker 1 was lost", "./sheaf run tiny.yaml", "libtorch of the test", "/data/rows.csv", "feed",
                "learning_rate: 0.1",
                "0 on cpu:0 of here: shards 0-3",
            },
            each => Assert.Contains(each, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_AsksForNothingElseAndIsReadWithoutEyes()
    {
        _server.Experiments.OnPredict = _ => Classes();

        var page = await ReportAsync();

        Assert.Empty(page.QuerySelectorAll("script, link, iframe, object, embed, base, form, [onload], [onclick], [href]"));
        Assert.All(page.QuerySelectorAll("[src]"), each => Assert.StartsWith("data:", each.GetAttribute("src"), StringComparison.Ordinal));
        Assert.DoesNotContain("url(", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page.QuerySelector("style")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.Single(page.QuerySelectorAll("h1"));
        Assert.NotEmpty(page.QuerySelectorAll("svg"));
        Assert.All(page.QuerySelectorAll("svg"), picture =>
        {
            Assert.Equal("img", picture.GetAttribute("role"));
            Assert.All(picture.GetAttribute("aria-labelledby")!.Split(' '), id => Assert.NotEmpty(page.GetElementById(id)!.TextContent));
            Assert.True(picture.QuerySelectorAll("text.tick").Length >= 4, "An axis needs its ticks.");
            Assert.Equal(2, picture.QuerySelectorAll("text.name").Length);
        });
        Assert.All(page.QuerySelectorAll("img"), picture => Assert.NotEmpty(picture.GetAttribute("alt")!));
        Assert.All(page.QuerySelectorAll("section"), section => Assert.NotEmpty(page.GetElementById(section.GetAttribute("aria-labelledby")!)!.TextContent));
        Assert.All(page.QuerySelectorAll("table"), table => Assert.NotEmpty(table.QuerySelector("caption")!.TextContent));
        Assert.Equal(page.QuerySelectorAll("[id]").Length, page.QuerySelectorAll("[id]").Select(each => each.Id).Distinct().Count());
    }

    [Fact]
    public async Task WhatCannotBeComputed_IsSaidInThePage()
    {
        _server.Experiments.OnAudit = _ => throw FakeServer.Error(Grpc.Core.StatusCode.FailedPrecondition, "the rows are gone");
        _server.Experiments.OnPredict = _ => throw FakeServer.Error(Grpc.Core.StatusCode.FailedPrecondition, "the rows are gone");

        var page = await ReportAsync();

        Assert.Contains("Not audited.", page.QuerySelector("#proof")!.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Contains("no predictions: ", page.QuerySelector("#repeat")!.ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Contains("the rows are gone", page.QuerySelector("#repeat")!.ParentElement!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ExperimentThatJustBegan_HasAReportToo()
    {
        _server.Experiments.OnDescribe = _ => Answers.Experiment("tiny-1", State.Queued, reason: "no device is free");
        _server.Experiments.OnMetrics = _ => [];

        var page = await ReportAsync();

        Assert.Contains("no device is free", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.QuerySelectorAll("svg"));
    }

    [Fact]
    public async Task UnknownExperiment_LeavesNoFile()
    {
        _server.Experiments.OnDescribe = _ => throw FakeServer.Error(Grpc.Core.StatusCode.NotFound, "no experiment tiny-1");

        Assert.Equal(ExitCode.NotFound, await _client.RunAsync("report", "tiny-1", "--to", At));

        Assert.Empty(_folder.GetFiles());
    }

    private string At => Path.Combine(_folder.FullName, "report.html");

    private static Experiment Completed()
    {
        var experiment = Answers.Experiment("tiny-1", State.Completed, step: 10);
        experiment.SpecYaml = Answers.Spec;
        experiment.MetricNames.Add("accuracy");
        experiment.Fingerprint = "libtorch of the test";
        experiment.Files.Add(new DataFile { Path = "/data/rows.csv", Sha256 = "feed", Bytes = 1234 });
        experiment.Evaluations.Add(new Evaluation { Step = 5, Rows = Rows.Validation, Loss = 21, Metrics = { 0.6 }, Samples = 4 });
        experiment.Evaluations.Add(new Evaluation { Step = 10, Rows = Rows.Validation, Loss = 22, Metrics = { 0.7 }, Samples = 4 });
        experiment.Decisions = new Decisions { BestStep = 5, BestValue = 21, Waited = 1 };
        var worker = new Worker { Device = "cpu:0", Silo = "here", ShardCount = 4 };
        experiment.Generations.Add(new Generation { Number = 1, Reason = "submitted", Workers = { worker } });
        const string Message = "worker 1 was lost & <script>alert(1)</script> \u0007";
        experiment.Events.Add(new Event { Time = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch), Message = Message });
        experiment.Result = new Result
        {
            WeightsSha256 = "0123abcd", Step = 5, CheckpointPath = "/c/5", Metrics = { ["test_accuracy"] = 0.9, ["slope_weight"] = -0.25, ["intercept"] = 1.5 },
        };
        return experiment;
    }

    private static AuditMessage[] Audited() =>
    [
        new() { Epoch = new AuditedEpoch { Epoch = 0, FirstStep = 0, EndStep = 5, Whole = true, Clean = true } },
        new() { Epoch = new AuditedEpoch { Epoch = 1, FirstStep = 5, EndStep = 10, Whole = true, Clean = true } },
        new() { Verdict = new AuditVerdict { Proven = true, Summary = "Every sample was used exactly once." } },
    ];

    private static PredictMessage[] Classes() =>
    [
        new() { Header = new() { Rows = 5, Step = 5, Targets = { "class" }, Predictions = { "class" }, ClassNames = { "cat", "<b>dog</b>" } } },
        new() { Rows = new() { Rows = { new PredictedRow { Id = 4, Targets = { 0 }, Predictions = { 1 }, Picture = ByteString.CopyFrom(Pixel) } } } },
        new()
        {
            Scores = new()
            {
                Rows = 5,
                Metrics = { ["accuracy"] = 0.8 },
                Classes =
                {
                    new ClassScores { Name = "cat", Samples = 3, Predicted = { 2, 1 }, Precision = 1, Recall = 2 / 3.0, F1 = 0.8, RocAuc = 0.9 },
                    new ClassScores
                    {
                        Name = "<b>dog</b>", Samples = 2, Predicted = { 0, 2 }, Precision = 2 / 3.0, Recall = 1, F1 = 0.8, RocAuc = 0.75,
                        Roc =
                        {
                            new RocPoint(), new RocPoint { TruePositives = 0.5 }, new RocPoint { FalsePositives = 1, TruePositives = 1 },
                        },
                    },
                },
            },
        },
    ];

    private static PredictMessage[] Numbers() =>
    [
        new() { Header = new() { Rows = 3, Step = 5, Targets = { "mpg" }, Predictions = { "mpg" } } },
        new()
        {
            Rows = new()
            {
                Rows =
                {
                    new PredictedRow { Id = 0, Targets = { 10 }, Predictions = { 11 } },
                    new PredictedRow { Id = 1, Targets = { 20 }, Predictions = { 26 } },
                    new PredictedRow { Id = 2, Targets = { 30 }, Predictions = { 29 } },
                },
            },
        },
        new() { Scores = new() { Rows = 3, Metrics = { ["mean_absolute_error"] = 8 / 3.0 } } },
    ];

    /// <summary>The page, which must be XML and HTML at once.</summary>
    private async Task<IDocument> ReportAsync(params string[] more)
    {
        var code = await _client.RunAsync(["report", "tiny-1", "--to", At, .. more]);
        Assert.True(code == ExitCode.Ok, _client.Error.Text);
        var text = await File.ReadAllTextAsync(At, TestContext.Current.CancellationToken);
        Assert.Equal("html", XDocument.Parse(text).Root!.Name.LocalName);
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        var page = new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument(text);
        Assert.Empty(page.QuerySelectorAll("b"));
        return page;
    }
}
