using System.Text.Json;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Parity.Api;

/// <summary>A client that is not .NET, Debian's python3-grpcio on gRPC's C core, against the API of a running silo.</summary>
public sealed class PythonClientTests(ServedSilo served) : IClassFixture<ServedSilo>, IDisposable
{
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Set();
        _gate.Dispose();
    }

    [Fact]
    public async Task SubmitAndDescribe_AnswerWithTheExperiment()
    {
        var seen = await CallAsync("submit", new { id = "unary", spec = TestFolder.Spec(), folder = served.Folder.Root });
        Assert.Equal("small", seen.GetProperty("name").GetString());
        Assert.Equal(TestFolder.Spec(), seen.GetProperty("described_spec").GetString());
        await served.Silo.Completed("unary");
    }

    [Fact]
    public async Task WatchAndMetrics_StreamUntilTheEnd()
    {
        var seen = await CallAsync("follow", new { id = "streamed", spec = TestFolder.Spec(), folder = served.Folder.Root });
        Assert.Equal("STATE_COMPLETED", seen.GetProperty("state").GetString());
        Assert.Equal((await served.Silo.Completed("streamed")).Run.Result!.WeightsSha256, seen.GetProperty("weights").GetString());
        Assert.Equal(Enumerable.Range(0, 30), seen.GetProperty("steps").EnumerateArray().Select(step => step.GetInt32()));
    }

    [Fact]
    public async Task Download_GivesTheFilesOfTheCheckpointInChunksOf64KiB()
    {
        await served.Silo.Submit(served.Folder, "loaded", TestFolder.Spec(epochs: 1));
        var view = await served.Silo.Completed("loaded");
        var seen = await CallAsync("download", new { id = "loaded" });
        var files = Directory.GetFiles(view.Checkpoints[^1].Path).ToDictionary(path => Path.GetFileName(path)!, File.ReadAllBytes);
        Assert.Equal(files.Keys.Order(), seen.EnumerateObject().Select(file => file.Name).Order());
        Assert.All(seen.EnumerateObject(), file => Assert.Equal(files[file.Name], file.Value.GetBytesFromBase64()));
    }

    [Fact]
    public async Task Deadline_EndsAStreamAndHarmsNothing()
    {
        using var held = await Held("overdue");
        Assert.Equal("DEADLINE_EXCEEDED", await CodeOf("deadline", new { id = "overdue" }));
        _gate.Set();
        await served.Silo.Completed("overdue");
    }

    [Fact]
    public async Task Cancellation_EndsAStreamAndHarmsNothing()
    {
        using var held = await Held("left");
        Assert.Equal("CANCELLED", await CodeOf("cancel", new { id = "left" }));
        _gate.Set();
        await served.Silo.Completed("left");
    }

    [Fact]
    public async Task BadSpec_IsInvalidArgumentWithEveryViolationInTheTrailer()
    {
        var spec = TestFolder.Spec(learningRate: "-1") + "\nflavour: sweet\n";
        var seen = await CallAsync("violations", new { id = "bad", spec, folder = served.Folder.Root });
        Assert.Equal("INVALID_ARGUMENT", seen.GetProperty("code").GetString());
        var violations = seen.GetProperty("violations").EnumerateArray().ToList();
        Assert.Equal(["flavour", "optimizer.sgd.learning_rate"], violations.Select(violation => violation.GetProperty("key").GetString()).Order());
        Assert.All(
            violations, violation => Assert.True(violation.GetProperty("line").GetInt32() > 0 && violation.GetProperty("message").GetString()!.Length > 0));
        Assert.Equal(seen.GetProperty("violations").GetRawText(), seen.GetProperty("validated").GetRawText());
    }

    [Fact]
    public async Task UnknownExperiment_IsNotFoundWithASentence()
    {
        var seen = await CallAsync("describe", new { id = "nobody" });
        Assert.Equal("NOT_FOUND", seen.GetProperty("code").GetString());
        Assert.Contains("nobody", seen.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForbiddenCommand_IsFailedPrecondition()
    {
        await served.Silo.Submit(served.Folder, "done", TestFolder.Spec(epochs: 1));
        await served.Silo.Completed("done");
        Assert.Equal("FAILED_PRECONDITION", await CodeOf("pause", new { id = "done" }));
    }

    [Fact]
    public async Task MessageOverTheLimit_IsResourceExhaustedAndTheConnectionGoesOn()
    {
        var seen = await CallAsync("oversized", new { folder = served.Folder.Root, bytes = (4 * 1024 * 1024) + 1 });
        Assert.Equal("RESOURCE_EXHAUSTED", seen.GetProperty("code").GetString());
        Assert.Equal("alone", seen.GetProperty("then").GetString());
    }

    [Fact]
    public async Task UnknownMethod_IsUnimplemented() => Assert.Equal("UNIMPLEMENTED", await CodeOf("unknown_method", new { }));

    [Fact]
    public async Task CompressedRequest_IsUnderstood() =>
        Assert.Equal(0, (await CallAsync("compressed", new { spec = TestFolder.Spec(), folder = served.Folder.Root })).GetProperty("violations").GetInt32());

    /// <summary>An experiment that runs and stands before its step 3 until the gate opens.</summary>
    private async Task<ScriptedFaults.Armed> Held(string id)
    {
        var held = served.Silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 3, () => _gate.Wait(TestSilo.Guard));
        await served.Silo.Submit(served.Folder, id, TestFolder.Spec());
        await served.Silo.Until(id, view => view.Run.State == RunState.Running);
        await held.Fired.WaitAsync(TestSilo.Guard);
        return held;
    }

    private async Task<string?> CodeOf(string scenario, object arguments) => (await CallAsync(scenario, arguments)).GetProperty("code").GetString();

    private Task<JsonElement> CallAsync(string scenario, object arguments) =>
        Python.RunAsync(
            "Api/sheaf_client.py", new { address = new Uri(served.Silo.Addresses.Grpc).Authority, descriptors = ServedSilo.Descriptors, scenario, arguments });
}
