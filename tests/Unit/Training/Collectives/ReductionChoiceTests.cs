using Sheaf.Specs;
using Sheaf.Training.Collectives;

namespace Sheaf.Tests.Unit.Training.Collectives;

public sealed class ReductionChoiceTests
{
    [Theory]
    [InlineData(0, 2)]
    [InlineData(176_000, 2)]
    [InlineData(1_000_000, 3)]
    [InlineData(64_000_000, 16)]
    public void Auto_EnsureTheQuickerWayOfTheTable(long bytes, int silos) => Assert.Equal(ReductionKind.Peer, ReductionChoice.Auto(bytes, silos));

    [Fact]
    public void Auto_EnsureImpossibleSizesAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ReductionChoice.Auto(-1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReductionChoice.Auto(1, 0));
    }
}
