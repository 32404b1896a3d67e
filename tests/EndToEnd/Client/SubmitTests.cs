using Grpc.Core;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

public sealed class SubmitTests : IAsyncLifetime
{
    private readonly TestClient _client = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-submit-");
    private FakeServer _server = null!;

    private string SpecPath => Path.Combine(_folder.FullName, "tiny.yaml");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(SpecPath, Answers.Spec);
        _server = await FakeServer.StartAsync();
        _server.Experiments.OnSubmit = request => Answers.Experiment(request.ExperimentId, State.Queued, reason: "waits for a device");
        _client.With(_server);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Submit_SendsTheTextItsFolderAndAnIdOfItsOwn()
    {
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("submit", SpecPath, "--output", "json"));

        var request = Assert.Single(_server.Experiments.Submitted);
        Assert.Equal((Answers.Spec, _folder.FullName), (request.SpecYaml, request.BasePath));
        Assert.Matches("^tiny-[0-9a-z]{6}$", request.ExperimentId);
        var json = Assert.Single(_client.JsonLines);
        Assert.Equal(
            ("submitted", request.ExperimentId, "queued"),
            (json.GetProperty("event").GetString(), json.GetProperty("experiment").GetString(), json.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Submit_WithOverrides_SendsThemInTheText()
    {
        Assert.Equal(
            ExitCode.Ok,
            await _client.RunAsync(
                "submit", SpecPath, "--workers", "3", "--seed", "7", "--set", "optimizer.sgd.learning_rate=0.25", "--set", "epochs=2", "--name", "other"));

        var request = Assert.Single(_server.Experiments.Submitted);
        var spec = Sheaf.Specs.SpecParser.Parse(request.SpecYaml, request.BasePath).Spec!;
        Assert.Equal(("other", 7, 2, 3), (spec.Name, spec.Seed, spec.Epochs, spec.Workers.Max));
        Assert.Equal(0.25, Assert.IsType<Sheaf.Specs.OptimizerSpec.Sgd>(spec.Optimizer).LearningRate);
        Assert.StartsWith("other-", request.ExperimentId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_SpecWithMistakes_ReportsAllWithTheirPlacesAndAsksNoServer()
    {
        await File.WriteAllTextAsync(
            SpecPath,
            Answers.Spec.Replace("batch_size: 8", "batch_sise: 8", StringComparison.Ordinal).Replace("shards: 4", "shards: 0", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("submit", SpecPath));

        Assert.Contains($"{SpecPath}:7:1: batch_sise: ", _client.Error.Text, StringComparison.Ordinal);
        Assert.Contains($"{SpecPath}:8:9: shards: ", _client.Error.Text, StringComparison.Ordinal);
        Assert.Empty(_server.Experiments.Calls);
    }

    [Fact]
    public async Task Submit_MistakesThatOnlyTheServerSees_AreToldInTermsOfTheFile()
    {
        _server.Experiments.OnSubmit = _ => throw FakeServer.Refusal(
            new Violation { Key = "data.train.path", Line = 3, Column = 32, Message = "there is no such file" },
            new Violation { Key = "workers", Line = 9, Column = 10, Message = "2 workers, 1 device" });

        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("submit", SpecPath));

        Assert.Contains(
            $"{SpecPath}:3:32: data.train.path: there is no such file\n{SpecPath}:9:10: workers: 2 workers, 1 device\n",
            _client.Error.Text,
            StringComparison.Ordinal);
        Assert.Contains("has 2 mistakes", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_OverriddenSpecThatTheServerRefuses_NamesKeysAndNoWrongLines()
    {
        _server.Experiments.OnSubmit = _ => throw FakeServer.Refusal(new Violation { Key = "workers", Line = 77, Column = 3, Message = "too many" });

        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("submit", SpecPath, "--workers", "4"));

        Assert.Contains($"{SpecPath}: workers: too many", _client.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Submit_AnswerThatGetsLost_IsAskedAgainWithTheSameId()
    {
        var first = true;
        _server.Experiments.OnSubmit = request =>
        {
            if (first)
            {
                first = false;
                throw FakeServer.Error(StatusCode.Unavailable, "restarting");
            }

            return Answers.Experiment(request.ExperimentId, State.Running);
        };

        Assert.Equal(ExitCode.Ok, await _client.RunAsync("submit", SpecPath));

        Assert.Equal(2, _server.Experiments.Submitted.Count);
        Assert.Single(_server.Experiments.Submitted.Select(r => r.ExperimentId).Distinct());
    }

    [Fact]
    public async Task Validate_WithServer_ReportsWhatTheServerFindsInTheData()
    {
        _server.Experiments.OnValidate = _ => [new Violation { Key = "data.train", Line = 3, Column = 10, Message = "the file is truncated" }];

        Assert.Equal(ExitCode.BadUsage, await _client.RunAsync("spec", "validate", SpecPath, "--with-server", "--output", "json"));

        var json = Assert.Single(_client.JsonLines);
        Assert.False(json.GetProperty("valid").GetBoolean());
        Assert.Equal("data.train", Assert.Single(json.GetProperty("violations").EnumerateArray()).GetProperty("key").GetString());
    }

    [Fact]
    public async Task Validate_GoodSpec_IsExitCode0WithoutAServer()
    {
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("spec", "validate", SpecPath));

        Assert.Empty(_server.Experiments.Calls);
    }

    [Fact]
    public async Task Explain_TellsDefaultsFromWhatTheUserWrote()
    {
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("spec", "explain", SpecPath, "--output", "json"));

        var settings = _client.JsonLines.ToDictionary(line => line.GetProperty("key").GetString()!);
        Assert.False(settings["shards"].GetProperty("default").GetBoolean());
        Assert.True(settings["seed"].GetProperty("default").GetBoolean());
    }
}
