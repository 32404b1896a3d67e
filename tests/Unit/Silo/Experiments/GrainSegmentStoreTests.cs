using Sheaf.Contracts.Grains;
using Sheaf.Silo.Experiments;
using Sheaf.Silo.Storage;

namespace Sheaf.Tests.Unit.Silo.Experiments;

public sealed class GrainSegmentStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-segments-").FullName;
    private readonly GrainId _grain = GrainId.Create("experiment", "run-1");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task TryAdd_EnsureItCanBeWrittenAndReadAfterwards()
    {
        var store = Store();
        Assert.True(await store.TryAdd(3, Segment(1, 2)));
        await store.Write(3, Segment(1, 3));
        Assert.Equal([1L, 2], (await Store().Read(3)).Steps.Select(step => step.Step));
    }

    [Fact]
    public async Task TryAdd_EnsureWhatIsThereStaysUntilItWasRead()
    {
        await Store().TryAdd(3, Segment(1, 2));
        var other = Store();
        Assert.False(await other.TryAdd(3, Segment(2, 3)));
        Assert.Equal([1L], (await other.Read(3)).Steps.Select(step => step.Step));
        await other.Write(3, Segment(1, 3));
        Assert.Equal(2, (await Store().Read(3)).Steps.Count);
    }

    [Fact]
    public async Task TryAdd_EnsureWhatWasReadBeforeSomebodyElseWroteIsReadAnew()
    {
        var store = Store();
        Assert.Empty((await store.Read(3)).Steps);
        await Store().TryAdd(3, Segment(1, 2));
        Assert.False(await store.TryAdd(3, Segment(2, 3)));
        Assert.Equal([1L], (await store.Read(3)).Steps.Select(step => step.Step));
    }

    [Fact]
    public async Task TryAdd_EnsureAStoreThatFailsIsToldOf()
    {
        var store = Store();
        Directory.Delete(_root, recursive: true);
        await File.WriteAllTextAsync(_root, "no folder", TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<StateStoreException>(() => store.TryAdd(3, Segment(1, 2)));
        Assert.Contains("Part 3 of the ledger", failure.Message, StringComparison.Ordinal);
        File.Delete(_root);
        Directory.CreateDirectory(_root);
        Assert.True(await store.TryAdd(3, Segment(1, 2)));
    }

    private GrainSegmentStore Store() => new(new DirectoryGrainStorage(new() { Root = _root }), _grain);

    private static StepSegment Segment(int first, int end) => new() { Steps = [.. LedgerSteps.Of(first, end)] };
}
