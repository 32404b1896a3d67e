using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Data;
using Sheaf.Training.Trials;
using Sheaf.Training.UserCode;

namespace Sheaf.Tests.Parity.Models;

/// <summary>Models that PyTorch has scripted, trained here.</summary>
public sealed class TorchScriptTests : IDisposable
{
    private const int Steps = 30;

    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-torchscript-").FullName;
    private readonly float[][] _rows = [.. Enumerable.Range(0, 48).Select(row => new[] { MathF.Cos(2 * (row % 3)) + (0.3f * MathF.Sin(row * 7)),
        MathF.Sin(2 * (row % 3)) + (0.3f * MathF.Cos(row * 5)) })];
    private readonly int[] _classes = [.. Enumerable.Range(0, 48).Select(row => row % 3)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Training_EnsureTheWeightsAreThoseOfPyTorch()
    {
        var expected = await Python.RunAsync("Models/torchscript.py", Input());
        var (spec, data, packages) = Tried("plain", batch: null, shards: 1, epochs: Steps);
        Assert.False(data.Facts.UserCode!.Model!.Draws);
        var run = await TinyRun.RunAsync(spec, data, 1, packages: packages);
        var weights = run.Snapshots.Single().Weights;
        Assert.Equal(expected.EnumerateObject().Select(each => each.Name).Order(StringComparer.Ordinal), weights.Select(array =>
            array.Name).Order(StringComparer.Ordinal));
        foreach (var array in weights)
        {
            var values = expected.GetProperty(array.Name).EnumerateArray().Select(value => value.GetDouble()).ToArray();
            double[] ours = array.Type == ArrayType.Int64
                ? [.. MemoryMarshal.Cast<byte, long>(array.Data.Span).ToArray().Select(value => (double)value)]
                : [.. MemoryMarshal.Cast<byte, float>(array.Data.Span).ToArray().Select(value => (double)value)];
            Assert.Equal(values, ours, (one, other) => Math.Abs(one - other) < 1e-4);
        }
    }

    [Fact]
    public async Task Training_EnsureTheSameBitsOnAnyNumberOfWorkersAndAfterAResumeThoughItDrawsRandomNumbers()
    {
        await Python.RunAsync("Models/torchscript.py", Input());
        var (spec, data, packages) = Tried("dropout", batch: 16, shards: 4, epochs: 4);
        Assert.True(data.Facts.UserCode!.Model!.Draws);
        var hashes = new List<string>();
        foreach (var workers in new[] { 1, 2, 4 })
        {
            hashes.Add((await TinyRun.RunAsync(spec, data, workers, packages: packages)).Hash);
        }

        var half = await TinyRun.RunAsync(spec, data, 2, until: 5, packages: packages);
        hashes.Add((await TinyRun.RunAsync(spec, data, 3, from: half.Snapshots.Single(), packages: packages)).Hash);
        Assert.Single(hashes.Distinct());
    }

    [Fact]
    public async Task Trial_EnsureAFileOfTorchSaveIsRefusedWithTheReason()
    {
        await Python.RunAsync("Models/torchscript.py", Input());
        var (spec, packages) = Spec("state", 16, 4, 1);
        var result = new UserCodeTrial(packages, _ => { }, TimeProvider.System).Run(spec, TestContext.Current.CancellationToken);
        Assert.Contains("model: state.pt is no TorchScript that this libtorch reads", Assert.Single(result.Problems), StringComparison.Ordinal);
    }

    private object Input() => new { plain = At("plain"), dropout = At("dropout"), state = At("state"), rows = _rows, classes = _classes, steps = Steps };

    private string At(string name) => Path.Combine(_folder, $"{name}.pt");

    private (ExperimentSpec Spec, DataBundle Data, Packages Packages) Tried(string name, int? batch, int shards, int epochs)
    {
        var (spec, packages) = Spec(name, batch, shards, epochs);
        var cancel = TestContext.Current.CancellationToken;
        var result = new UserCodeTrial(packages, _ => { }, TimeProvider.System).Run(spec, cancel);
        Assert.Empty(result.Problems);
        var data = DataLoader.Load(spec.Data, spec.Seed, null, cancel);
        return (spec, data with { Facts = data.Facts with { UserCode = result.Facts } }, packages);
    }

    private (ExperimentSpec Spec, Packages Packages) Spec(string name, int? batch, int shards, int epochs)
    {
        File.WriteAllLines(
            Path.Combine(_folder, "rows.csv"),
            ["a,b,class", .. _rows.Select((row, place) => FormattableString.Invariant($"{row[0]:R},{row[1]:R},{_classes[place]}"))]);
        var packages = new Packages(Path.Combine(_folder, "packages"));
        Directory.CreateDirectory(packages.FolderOf(name));
        File.Copy(At(name), Path.Combine(packages.FolderOf(name), ModelSpec.TorchScript.FileInPackage), overwrite: true);
        var parsed = SpecParser.Parse(
            $$"""
            name: scripted
            data: { train: { format: csv, path: rows.csv, features: [a, b], target: class } }
            model: { torchscript: {{name}}.pt }
            loss: cross_entropy
            optimizer: { sgd: { learning_rate: 0.05, momentum: 0.9 } }
            batch_size: {{batch?.ToString() ?? "all"}}
            epochs: {{epochs}}
            shards: {{shards}}
            metrics: [accuracy]
            """,
            _folder);
        Assert.Empty(parsed.Violations);
        var spec = parsed.Spec!;
        return (spec with { Model = (ModelSpec.TorchScript)spec.Model with { Package = name } }, packages);
    }
}
