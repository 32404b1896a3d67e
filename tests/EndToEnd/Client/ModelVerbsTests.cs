using Google.Protobuf;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>Verbs that look at a model or take it elsewhere: summary, predict, checkpoint export.</summary>
public sealed class ModelVerbsTests : IAsyncLifetime
{
    private readonly TestClient _client = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-model-verbs-");
    private FakeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _client.With(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Predict_WritesTargetsPredictionsNamesAndProbabilitiesAsCsv()
    {
        PredictRequest? asked = null;
        _server.Experiments.OnPredict = request =>
        {
            asked = request;
            return Classes();
        };
        var file = At("out.csv");

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("predict", "tiny-1", "--rows", "validation", "--step", "7", "--to", file));

        Assert.Equal((Rows.Validation, 7L), (asked!.Rows, asked.Step));
        Assert.Equal(
            [
                "row,target,target_name,prediction,prediction_name,probability_cat,\"probability_dog, wild\"",
                "4,0,cat,1,\"dog, wild\",0.25,0.75",
                "9,1,\"dog, wild\",NaN,,NaN,NaN",
            ],
            await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));
        Assert.Contains($"{file}  2 rows", _client.Out.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Predict_OfAFileWithoutTargets_GivesItsWholePath()
    {
        PredictRequest? asked = null;
        _server.Experiments.OnPredict = request =>
        {
            asked = request;
            return
            [
                new() { Header = new() { Rows = 1, Predictions = { "mpg" } } },
                new() { Rows = new() { Rows = { new PredictedRow { Id = 0, Predictions = { 23.5 } } } } },
            ];
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("predict", "tiny-1", "--rows", "cars.csv", "--without-targets"));

        Assert.Equal((Path.GetFullPath("cars.csv"), true), (asked!.File, asked.WithoutTargets));
        Assert.Equal(["row,prediction_mpg", "0,23.5"], _client.Out.Lines);
    }

    [Fact]
    public async Task Predict_AsJson_IsAnObjectARow()
    {
        _server.Experiments.OnPredict = _ => Classes();

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("predict", "tiny-1", "--output", "json"));

        Assert.Equal(
            [
                """{"row":4,"targets":{"class":0},"predictions":{"class":1},"prediction_name":"dog, wild","probabilities":{"cat":0.25,"dog, wild":0.75}}""",
                """{"row":9,"targets":{"class":1},"predictions":{"class":null},"prediction_name":"","probabilities":{"cat":null,"dog, wild":null}}""",
            ],
            _client.Out.Lines);
    }

    [Fact]
    public async Task Evaluate_ShowsMetricsClassesAndTheConfusionMatrix()
    {
        PredictRequest? asked = null;
        _server.Experiments.OnPredict = request =>
        {
            asked = request;
            return Scores();
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("evaluate", "tiny-1", "--rows", "validation"));

        Assert.Equal((Rows.Validation, true), (asked!.Rows, asked.ScoresOnly));
        Assert.Contains("5 rows, with the weights of step 1,200", _client.Out.Text, StringComparison.Ordinal);
        Assert.Matches(@"accuracy: +80\.00 %", _client.Out.Text);
        Assert.Matches(@"cat +3 +1\.0000 +0\.6667 +0\.8000 +0\.9000\n +dog +2 +0\.6667 +1\.0000 +0\.8000 +-", _client.Out.Text);
        Assert.Matches(@"cat +dog\n +cat +2 +1\n +dog +0 +2\n", _client.Out.Text);
    }

    [Fact]
    public async Task Evaluate_AsJson_IsOneObject()
    {
        _server.Experiments.OnPredict = _ => Scores();

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("evaluate", "tiny-1", "--output", "json"));

        var json = Assert.Single(_client.JsonLines);
        Assert.Equal((5, 0.8), (json.GetProperty("rows").GetInt32(), json.GetProperty("metrics").GetProperty("accuracy").GetDouble()));
        Assert.Equal([2, 1], json.GetProperty("classes")[0].GetProperty("predicted").EnumerateArray().Select(count => count.GetInt32()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.GetProperty("classes")[1].GetProperty("roc_auc").ValueKind);
    }

    [Fact]
    public async Task Predict_ThatBreaks_LeavesNoFile()
    {
        var file = At("out.csv");

        Assert.NotEqual(ExitCode.Ok, await _client.RunAsync("predict", "tiny-1", "--to", file));

        Assert.Empty(_folder.GetFiles());
    }

    [Theory]
    [InlineData("pt", WeightsFormat.Pt)]
    [InlineData("safetensors", WeightsFormat.Safetensors)]
    [InlineData("onnx", WeightsFormat.Onnx)]
    public async Task Export_WritesOneFileInTheFormat(string format, WeightsFormat wanted)
    {
        _server.Checkpoints.Chunks =
            [new() { File = "../elsewhere", Size = 5, Data = ByteString.CopyFromUtf8("abc") }, new() { Data = ByteString.CopyFromUtf8("de") }];
        var file = At("net.out");

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("checkpoint", "export", "tiny-1", "--format", format, "--step", "7", "--to", file));

        Assert.Equal((wanted, 7L), (_server.Checkpoints.Exported!.Format, _server.Checkpoints.Exported.Step));
        Assert.Equal("abcde", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Single(_folder.GetFiles());
    }

    [Fact]
    public async Task Export_ToAnUnknownFormat_SaysWhichThereAre()
    {
        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("checkpoint", "export", "tiny-1", "--format", "gguf"));

        Assert.Contains("it takes safetensors, pt, onnx", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summary_ShowsEveryLayerWithoutAServer()
    {
        var spec = await SpecAsync("{ linear: 4 }, relu, { linear: 1 }");

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("summary", spec, "--set", "freeze=[\"0.*\"]"));

        Assert.Contains("small: rows of [2]", _client.Out.Text, StringComparison.Ordinal);
        Assert.Matches(@"0 linear +\[4\] +12 +8 +frozen", _client.Out.Text);
        Assert.Matches("parameters: +17, 5 of them trained", _client.Out.Text);
    }

    [Fact]
    public async Task Summary_AsJson_IsOneObject()
    {
        var spec = await SpecAsync("{ linear: 4 }, relu, { linear: 1 }");

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("summary", spec, "--input", "5", "--output", "json"));

        var json = Assert.Single(_client.JsonLines);
        Assert.Equal((29, 24), (json.GetProperty("parameters").GetInt64(), json.GetProperty("multiply_adds").GetInt64()));
        Assert.Equal([4, 4, 1], json.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("output")[0].GetInt32()));
    }

    [Fact]
    public async Task Summary_OfLayersThatDoNotFit_SaysWhichAndWhy()
    {
        var spec = await SpecAsync("{ linear: 4 }, { linear: 1 }");

        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("summary", spec, "--input", "1x28x28"));

        Assert.Contains("model: layers[0] linear gets [1, 28, 28] a sample", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summary_AsAGraph_IsDrawnOrWritten()
    {
        var spec = await SpecAsync("{ linear: 4 }, relu, { linear: 1 }");

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("summary", spec, "--graph", "mermaid"));
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("summary", spec, "--graph", "svg", "--to", At("model.svg")));

        Assert.Contains("    l1 --> l2\n", _client.Out.Text, StringComparison.Ordinal);
        Assert.Contains("model.svg  ", _client.Out.Lines[^1], StringComparison.Ordinal);
        Assert.StartsWith("<svg ", await File.ReadAllTextAsync(At("model.svg"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SpecSchema_IsPrintedOrWritten()
    {
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("spec", "schema"));
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("spec", "schema", "--to", At("schema.json")));

        var written = await File.ReadAllTextAsync(At("schema.json"), TestContext.Current.CancellationToken);
        Assert.StartsWith(written, _client.Out.Text, StringComparison.Ordinal);
        Assert.Equal("object", System.Text.Json.JsonDocument.Parse(written).RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public async Task DataDescribe_ReadsTheRowsWithoutAServer()
    {
        await File.WriteAllTextAsync(At("rows.csv"), "a,b,y\n1,2,3\n3,5,7\n", TestContext.Current.CancellationToken);
        var spec = await SpecAsync("{ linear: 1 }");

        Assert.True(await _client.RunAsync("data", "describe", spec) == ExitCode.Ok, _client.Error.Text);
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("data", "describe", spec, "--output", "json"));

        Assert.Contains("small: rows of [2]\n  2 training rows\n", _client.Out.Text, StringComparison.Ordinal);
        Assert.Matches(@"b +2 +3\.5 +2\.12132 +2 +2\.75 +3\.5 +4\.25 +5\n", _client.Out.Text);
        var json = System.Text.Json.JsonDocument.Parse(_client.Out.Lines[^1]).RootElement;
        Assert.Equal((2, 4.25), (json.GetProperty("train").GetInt32(), json.GetProperty("features")[1].GetProperty("upper_quartile").GetDouble()));
        Assert.Equal(7, json.GetProperty("targets")[0].GetProperty("max").GetDouble());
        Assert.Empty(_server.Experiments.Calls);
    }

    [Fact]
    public async Task DataDescribe_OfDataThatCannotBeUsed_SaysWhy()
    {
        await File.WriteAllTextAsync(At("rows.csv"), "a,b,y\n1,two,3\n", TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("data", "describe", await SpecAsync("{ linear: 1 }")));

        Assert.Contains("line 2, column 'b'", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataDescribe_OfImages_WritesThemAsPng()
    {
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 0, 1, 2, 3, 4, 5, 6, 255];
        await File.WriteAllBytesAsync(At("images"), images, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(At("labels"), [0, 0, 8, 1, 0, 0, 0, 2, 0, 1], TestContext.Current.CancellationToken);
        var spec = (await File.ReadAllTextAsync(await SpecAsync("flatten, { linear: 2 }"), TestContext.Current.CancellationToken))
            .Replace("format: csv, path: rows.csv, features: [a, b], target: y", "format: idx, images: images, labels: labels", StringComparison.Ordinal)
            .Replace("mean_squared_error", "cross_entropy", StringComparison.Ordinal);
        await File.WriteAllTextAsync(At("images.yaml"), spec, TestContext.Current.CancellationToken);

        Assert.True(await _client.RunAsync("data", "describe", At("images.yaml"), "--png", At("sheet.png")) == ExitCode.Ok, _client.Error.Text);
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("data", "describe", At("images.yaml"), "--png", At("rows"), "--pictures", "1"));

        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(At("sheet.png"), TestContext.Current.CancellationToken))[..4]);
        Assert.Equal("row-0.png", Assert.Single(new DirectoryInfo(At("rows")).GetFiles()).Name);
        Assert.Contains("0: 0\n", _client.Out.Text, StringComparison.Ordinal);
    }

    private static PredictMessage[] Scores() =>
    [
        new() { Header = new() { Rows = 5, Step = 1200, ClassNames = { "cat", "dog" } } },
        new()
        {
            Scores = new()
            {
                Rows = 5,
                Metrics = { ["accuracy"] = 0.8 },
                Classes =
                {
                    new ClassScores { Name = "cat", Samples = 3, Predicted = { 2, 1 }, Precision = 1, Recall = 2 / 3.0, F1 = 0.8, RocAuc = 0.9 },
                    new ClassScores { Name = "dog", Samples = 2, Predicted = { 0, 2 }, Precision = 2 / 3.0, Recall = 1, F1 = 0.8 },
                },
            },
        },
    ];

    private static PredictMessage[] Classes() =>
    [
        new()
        {
            Header = new()
            {
                Rows = 2, Targets = { "class" }, Predictions = { "class" }, Probabilities = { "cat", "dog, wild" }, ClassNames = { "cat", "dog, wild" },
            },
        },
        new()
        {
            Rows = new()
            {
                Rows =
                {
                    new PredictedRow { Id = 4, Targets = { 0 }, Predictions = { 1 }, Probabilities = { 0.25, 0.75 } },
                    new PredictedRow { Id = 9, Targets = { 1 }, Predictions = { double.NaN }, Probabilities = { double.NaN, double.NaN } },
                },
            },
        },
    ];

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private async Task<string> SpecAsync(string layers)
    {
        var path = At("small.yaml");
        await File.WriteAllTextAsync(
            path,
            $$"""
            name: small
            data: { train: { format: csv, path: rows.csv, features: [a, b], target: y } }
            model: { layers: [ {{layers}} ] }
            loss: mean_squared_error
            optimizer: { sgd: { learning_rate: 0.1 } }
            batch_size: 8
            """,
            TestContext.Current.CancellationToken);
        return path;
    }
}
