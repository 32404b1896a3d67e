using Grpc.Core;
using Grpc.Net.Client;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Training.Faults;
using Sheaf.V1;

namespace Sheaf.Tests.Cluster.Api;

public sealed class ApiTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ManualResetEventSlim _gate = new();

    public void Dispose()
    {
        _gate.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Run_EnsureSubmitWatchMetricsLogsAndCheckpointsOverTheWire()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var experiments = new Experiments.ExperimentsClient(channel);
        var submitted = await experiments.SubmitAsync(
            new() { ExperimentId = "wire", SpecYaml = TestFolder.Spec(), BasePath = _folder.Root }, cancellationToken: TestSilo.Guard);
        Assert.Equal("small", submitted.Experiment.Name);

        var updates = await All(experiments.Watch(new() { ExperimentId = "wire" }, cancellationToken: TestSilo.Guard));
        var last = updates[^1].Experiment;
        Assert.Equal(State.Completed, last.State);
        Assert.Equal(last.Result.WeightsSha256, last.Checkpoints[^1].WeightsSha256);
        Assert.Equal([Rows.Validation, Rows.Validation, Rows.Validation, Rows.Test], last.Evaluations.Select(evaluation => evaluation.Rows));
        Assert.Equal(["0", "1"], last.ClassNames);

        var steps = await All(experiments.Metrics(new() { ExperimentId = "wire", FromStep = 25 }, cancellationToken: TestSilo.Guard));
        Assert.Equal([25L, 26, 27, 28, 29], steps.Select(step => step.Step));
        Assert.All(steps, step => Assert.Equal(2, step.ComputeMicroseconds.Count));

        var lines = await All(experiments.Logs(new() { ExperimentId = "wire", Follow = true }, cancellationToken: TestSilo.Guard));
        Assert.Equal(["coordinator", "worker-0", "worker-1"], lines.Select(line => line.Source).Distinct().Order());
        Assert.Contains(lines, line => line.Message == "completed");
        Assert.Equal(lines.Select(line => line.Time.ToDateTimeOffset()).Order(), lines.Select(line => line.Time.ToDateTimeOffset()));
        Assert.All(
            await All(experiments.Logs(new() { ExperimentId = "wire", Worker = 1 }, cancellationToken: TestSilo.Guard)),
            line => Assert.Equal("worker-1", line.Source));

        var checkpoints = new Checkpoints.CheckpointsClient(channel);
        var verified = await checkpoints.VerifyAsync(new() { ExperimentId = "wire" }, cancellationToken: TestSilo.Guard);
        Assert.All(verified.Checkpoints, checkpoint => Assert.True(checkpoint.Intact, checkpoint.Problem));
        var files = await Download(checkpoints, "wire");
        Assert.Equal(Directory.GetFiles(last.Checkpoints[^1].Path).Select(Path.GetFileName).Order(), files.Keys.Order());
        foreach (var (name, bytes) in files)
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(last.Checkpoints[^1].Path, name), TestSilo.Guard), bytes);
        }

        // A folder that is away is no loss of data, whoever asks.
        var (there, away) = (last.Checkpoints[^1].Path, last.Checkpoints[^1].Path + ".away");
        Directory.Move(there, away);
        await Fails(StatusCode.Unavailable, () => Download(checkpoints, "wire"));
        await Fails(StatusCode.Unavailable, async () => await All(checkpoints.Export(new() { ExperimentId = "wire" })));
        await Fails(StatusCode.Unavailable, async () => await All(experiments.Predict(new() { ExperimentId = "wire", Rows = Rows.Train })));
        var missing = (await checkpoints.VerifyAsync(new() { ExperimentId = "wire" }, cancellationToken: TestSilo.Guard)).Checkpoints[^1];
        Assert.Equal((false, true), (missing.Intact, missing.Away));
        Directory.Move(away, there);

        var listed = await experiments.ListAsync(new() { States = { State.Completed } }, cancellationToken: TestSilo.Guard);
        Assert.Equal("wire", Assert.Single(listed.Experiments).Id);
        Assert.Empty((await experiments.ListAsync(new() { States = { State.Failed } }, cancellationToken: TestSilo.Guard)).Experiments);
        var cluster = await new V1.Cluster.ClusterClient(channel).DescribeAsync(new(), cancellationToken: TestSilo.Guard);
        Assert.Equal(["cpu:0", "cpu:1", "cpu:2", "cpu:3"], Assert.Single(cluster.Silos).Devices.Select(device => device.Name));
    }

    [Fact]
    public async Task Logs_EnsureTheyOutliveTheSilo()
    {
        await using (var silo = await TestSilo.Start(_folder))
        {
            await silo.Submit(_folder, "kept", TestFolder.Spec(epochs: 1));
            await silo.Completed("kept");
        }

        await using var again = await TestSilo.Start(_folder);
        using var channel = GrpcChannel.ForAddress(again.Addresses.Grpc);
        var lines = await All(new Experiments.ExperimentsClient(channel).Logs(new() { ExperimentId = "kept" }, cancellationToken: TestSilo.Guard));
        Assert.Contains(lines, line => line is { Source: "worker-1" } && line.Message.Contains("started on cpu:1 with shards 2-3", StringComparison.Ordinal));
        Assert.Contains(lines, line => line is { Source: "coordinator", Message: "completed" });
    }

    [Fact]
    public async Task Errors_EnsureEachHasTheStatusThatTheContractSays()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var experiments = new Experiments.ExperimentsClient(channel);
        var checkpoints = new Checkpoints.CheckpointsClient(channel);

        await Fails(StatusCode.NotFound, async () => await experiments.DescribeAsync(new() { ExperimentId = "nobody" }));
        await Fails(StatusCode.NotFound, async () => await experiments.CancelAsync(new() { ExperimentId = "nobody" }));
        await Fails(StatusCode.NotFound, async () => await All(experiments.Watch(new() { ExperimentId = "nobody" })));
        await Fails(StatusCode.NotFound, async () => await All(experiments.Metrics(new() { ExperimentId = "nobody" })));
        await Fails(StatusCode.NotFound, async () => await All(experiments.Logs(new() { ExperimentId = "nobody" })));
        await Fails(StatusCode.NotFound, async () => await checkpoints.ListAsync(new() { ExperimentId = "nobody" }));
        foreach (var id in new[] { "", "../up", "UPPER", "a/b", new string('a', 64), "-a" })
        {
            await Fails(
                StatusCode.InvalidArgument,
                async () => await experiments.SubmitAsync(new() { ExperimentId = id, SpecYaml = TestFolder.Spec(), BasePath = _folder.Root }));
        }

        await Fails(
            StatusCode.InvalidArgument,
            async () => await experiments.SubmitAsync(new() { ExperimentId = "relative", SpecYaml = TestFolder.Spec(), BasePath = "here" }));
        var bad = new SubmitRequest
        {
            ExperimentId = "bad", SpecYaml = TestFolder.Spec(learningRate: "-1") + "\nflavour: sweet\nshards: 0\n",
            BasePath = _folder.Root
        };
        var refused = await Fails(StatusCode.InvalidArgument, async () => await experiments.SubmitAsync(bad));
        var violations = Violations.Parser.ParseFrom(refused.Trailers.GetValueBytes("sheaf-violations-bin"));
        Assert.Contains(violations.Violations_, violation => violation.Key == "flavour" && violation.Line > 0);
        var validated = await experiments.ValidateAsync(new() { SpecYaml = bad.SpecYaml, BasePath = _folder.Root }, cancellationToken: TestSilo.Guard);
        Assert.Equal(violations.Violations_, validated.Violations);

        await experiments.SubmitAsync(
            new() { ExperimentId = "done", SpecYaml = TestFolder.Spec(epochs: 1), BasePath = _folder.Root }, cancellationToken: TestSilo.Guard);
        await silo.Completed("done");
        await Fails(StatusCode.FailedPrecondition, async () => await experiments.PauseAsync(new() { ExperimentId = "done" }));
        await Fails(StatusCode.NotFound, async () => await All(checkpoints.Download(new() { ExperimentId = "done", Step = 3 })));
    }

    [Fact]
    public async Task Watch_EnsureAClientThatGoesAwayHarmsNothing()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var held = silo.Faults.Arm(FaultPoint.BeforeCompute, 0, 3, () => _gate.Wait(TestSilo.Guard));
        await silo.Submit(_folder, "left", TestFolder.Spec());
        using (var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc))
        {
            using var leaving = new CancellationTokenSource();
            using var watching = new Experiments.ExperimentsClient(channel).Watch(new() { ExperimentId = "left" }, cancellationToken: leaving.Token);
            Assert.True(await watching.ResponseStream.MoveNext(TestSilo.Guard));
            await leaving.CancelAsync();
            await Fails(StatusCode.Cancelled, () => All(watching));
        }

        _gate.Set();
        await silo.Completed("left");
    }

    private static async Task<RpcException> Fails(StatusCode status, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RpcException>(call);
        Assert.True(failure.StatusCode == status, failure.Status.ToString());
        return failure;
    }

    private static async Task<List<T>> All<T>(AsyncServerStreamingCall<T> call)
    {
        var all = new List<T>();
        while (await call.ResponseStream.MoveNext(TestSilo.Guard))
        {
            all.Add(call.ResponseStream.Current);
        }

        return all;
    }

    private static async Task<Dictionary<string, byte[]>> Download(Checkpoints.CheckpointsClient client, string id)
    {
        var files = new Dictionary<string, byte[]>();
        var sizes = new Dictionary<string, long>();
        var name = "";
        foreach (var chunk in await All(client.Download(new() { ExperimentId = id })))
        {
            if (chunk.File.Length > 0)
            {
                name = chunk.File;
                (files[name], sizes[name]) = ([], chunk.Size);
            }

            files[name] = [.. files[name], .. chunk.Data];
        }

        Assert.All(files, file => Assert.Equal(sizes[file.Key], file.Value.Length));
        return files;
    }
}
