using Sheaf.Silo.Datasets;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Data;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Silo.Datasets;

public sealed class DatasetCacheTests
{
    private static readonly int Kept = new GenerationOptions().KeepDatasets;

    private static readonly ExperimentSpec Spec = TinyRun.Spec(TinyRun.Perceptron, 1);

    private readonly TaskCompletionSource<CancellationToken> _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _loads;

    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_EnsureNobodyReadsOnWhenTheLastCallerIsGone()
    {
        var cache = new DatasetCache(new(), loader: Endless);
        using CancellationTokenSource first = new(), second = new();
        var one = Load(cache, first.Token);
        var two = Load(cache, second.Token);
        var reading = await _reading.Task.WaitAsync(Patience);

        first.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(reading.IsCancellationRequested);
        Assert.Equal(1, _loads);

        second.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        await _ended.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Load_EnsureWhatWasGivenUpIsReadAnewForTheNextCaller()
    {
        var bundle = TinyRun.Classes();
        var cache = new DatasetCache(new(), loader: (data, seed, recorded, cancel) =>
            Volatile.Read(ref _loads) == 0 ? Endless(data, seed, recorded, cancel) : bundle);
        using var gone = new CancellationTokenSource();
        var one = Load(cache, gone.Token);
        await _reading.Task.WaitAsync(Patience);
        gone.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);

        Assert.Same(bundle, await Load(cache, Patience));
        Assert.Same(bundle, await Load(cache, Patience));
    }

    [Fact]
    public async Task Load_OfFilesThatAreAway_GivesTheirRowsWhereTheyAreInMemory()
    {
        using var folder = new TemporaryFolder();
        var rows = folder.Text("rows.csv", "x,y\n1,2\n");
        var spec = Spec with { Data = new() { Train = new SourceSpec.Csv(rows, ["x"], ["y"], new Dictionary<string, string>()) } };
        var bundle = TinyRun.Classes();
        var cache = new DatasetCache(new(), loader: (_, _, _, _) => File.Exists(rows) ? bundle : throw new DataException([$"'{rows}' does not exist."]));
        Assert.Same(bundle, await cache.Load("spec", "/folder", spec, null, Patience));

        File.Delete(rows);

        Assert.Same(bundle, await cache.Load("spec", "/folder", spec, bundle.Facts, Patience));
        await Assert.ThrowsAsync<DataException>(() => cache.Load("spec", "/folder", spec, null, Patience));
        await Assert.ThrowsAsync<DataException>(() => cache.Load("spec", "/folder", spec, bundle.Facts with { TrainCount = 1 }, Patience));
        await Assert.ThrowsAsync<DataException>(() => cache.Load("spec", "/elsewhere", spec, bundle.Facts, Patience));
        await Assert.ThrowsAsync<DataException>(() => cache.Load("other", "/folder", spec, bundle.Facts, Patience));
        Assert.Same(bundle, await cache.Load("spec", "/folder", spec, bundle.Facts, Patience));
    }

    [Fact]
    public async Task Load_OfManySpecs_KeepsTheNewestRows()
    {
        var cache = new DatasetCache(new(), loader: (_, _, _, _) =>
        {
            Interlocked.Increment(ref _loads);
            return TinyRun.Classes();
        });
        for (var spec = 0; spec <= Kept; spec++)
        {
            await cache.Load($"spec {spec}", "/folder", Spec, null, Patience);
        }

        await cache.Load($"spec {Kept}", "/folder", Spec, null, Patience);
        await cache.Load("spec 1", "/folder", Spec, null, Patience);
        Assert.Equal(Kept + 1, _loads);
        await cache.Load("spec 0", "/folder", Spec, null, Patience);
        Assert.Equal(Kept + 2, _loads);
    }

    /// <summary>What is wrong with a folder is the reader's to say: looking whether it changed throws nothing.</summary>
    [Fact]
    public async Task Load_OfAFolderThatCannotBeLookedAtWhole_IsTheReadersToJudge()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder.At("gone.png"), folder.At("nowhere"));
        Directory.CreateSymbolicLink(folder.At("loop"), folder.Path);
        var bundle = TinyRun.Classes();
        var spec = Spec with { Data = Spec.Data with { Train = new SourceSpec.ImageFolder(folder.Path, 4, 4, 1, ImageFit.Stretch) } };

        Assert.Same(bundle, await new DatasetCache(new(), loader: (_, _, _, _) => bundle).Load("spec", "/folder", spec, null, Patience));
    }

    private static Task<DataBundle> Load(DatasetCache cache, CancellationToken cancel) => cache.Load("spec", "/folder", Spec, null, cancel);

    private DataBundle Endless(DataSpec data, long seed, DataFacts? recorded, CancellationToken cancel)
    {
        Interlocked.Increment(ref _loads);
        _reading.TrySetResult(cancel);
        cancel.WaitHandle.WaitOne();
        _ended.TrySetResult();
        throw new OperationCanceledException(cancel);
    }
}
