using Sheaf.Silo.Storage;
using Sheaf.Tests.Unit.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Storage;

public class StoreCircuitTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 1)]
    [InlineData(5, 15)]
    [InlineData(600, 30)]
    public void Fail_EnsureItIsOpenForThreeTimesTheFailureWithinBounds(double failed, double rest)
    {
        var time = new FakeTimeProvider(Runs.Now);
        var store = new StoreCircuit(new(), time);
        Assert.False(store.IsOpen);
        var asked = time.GetTimestamp();
        time.Advance(TimeSpan.FromSeconds(failed));
        store.Fail(asked);
        time.Advance(TimeSpan.FromSeconds(rest - 0.01));
        Assert.True(store.IsOpen);
        time.Advance(TimeSpan.FromSeconds(0.01));
        Assert.False(store.IsOpen);
    }
}
