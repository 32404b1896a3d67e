using Sheaf.Training.Collectives;

namespace Sheaf.Tests.Unit.Training.Collectives;

public sealed class ReferenceReductionTests
{
    [Fact]
    public void Sum_EnsureTheTreesBrackets()
    {
        float[] v = [1e8f, 1, -1e8f, 3, 5];
        Assert.Equal([((v[0] + v[1]) + (v[2] + v[3])) + v[4]], ReferenceReduction.Sum([.. v.Select(value => new[] { value })]));
    }

    [Fact]
    public void Sum_EnsureGapOverlapAndLengthAreRefused()
    {
        var one = new float[] { 1 };
        Assert.Contains("shard 2", Assert.Throws<ArgumentException>(() => ReferenceReduction.Sum([new(new(0, 2), one)], 3)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "overlap",
            Assert.Throws<ArgumentException>(() => ReferenceReduction.Sum([new(new(0, 2), one), new(new(1, 1), one)], 2)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "same length",
            Assert.Throws<ArgumentException>(() => ReferenceReduction.Sum([new(new(0, 1), one), new(new(1, 1), new float[2])], 2)).Message,
            StringComparison.Ordinal);
    }
}
