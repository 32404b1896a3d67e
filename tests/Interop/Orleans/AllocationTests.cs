namespace Sheaf.Tests.Interop.Orleans;

/// <summary>Counts the whole process's allocations, so nothing may run beside it.</summary>
[Collection(nameof(AllocationTests))]
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationTests
{
    [Fact]
    public async Task LargeArgument_IsAllocatedOnceEachWay()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<MessagingTests.IMessageGrain>("a");
        var bytes = new byte[1 << 20];
        await grain.Bytes(bytes);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var result = await grain.Bytes(bytes);
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        Assert.NotSame(bytes, result);
        Assert.InRange(allocated, 2 << 20, (2 << 20) + (1 << 19));
    }
}
