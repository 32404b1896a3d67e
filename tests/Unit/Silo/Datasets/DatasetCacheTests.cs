using Sheaf.Silo.Datasets;
using Sheaf.Specs;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Silo.Datasets;

public sealed class DatasetCacheTests
{
    private static readonly ExperimentSpec Spec = TinyRun.Spec(TinyRun.Perceptron, 1);

    private readonly TaskCompletionSource<CancellationToken> _reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _loads;

    private static CancellationToken Patience => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_EnsureNobodyReadsOnWhenTheLastCallerIsGone()
    {
        var cache = new DatasetCache(loader: Endless);
        using CancellationTokenSource first = new(), second = new();
        var one = Load(cache, first.Token);
        var two = Load(cache, second.Token);
        var reading = await _reading.Task.WaitAsync(Patience);
        var ended = new TaskCompletionSource();
        using var told = reading.Register(ended.SetResult);

        first.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(reading.IsCancellationRequested);
        Assert.Equal(1, _loads);

        second.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        await ended.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task Load_EnsureWhatWasGivenUpIsReadAnewForTheNextCaller()
    {
        var bundle = TinyRun.Classes();
        var cache = new DatasetCache(loader: (data, seed, recorded, cancel) => Volatile.Read(ref _loads) == 0 ? Endless(data, seed, recorded, cancel) : bundle);
        using var gone = new CancellationTokenSource();
        var one = Load(cache, gone.Token);
        await _reading.Task.WaitAsync(Patience);
        gone.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);

        Assert.Same(bundle, await Load(cache, Patience));
        Assert.Same(bundle, await Load(cache, Patience));
    }

    private static Task<DataBundle> Load(DatasetCache cache, CancellationToken cancel) => cache.Load("spec", "/folder", Spec, null, cancel);

    private DataBundle Endless(DataSpec data, long seed, DataFacts? recorded, CancellationToken cancel)
    {
        Interlocked.Increment(ref _loads);
        _reading.TrySetResult(cancel);
        cancel.WaitHandle.WaitOne();
        throw new OperationCanceledException(cancel);
    }
}
