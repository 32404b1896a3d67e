using Sheaf.Records;
using Sheaf.Training.Collectives;

namespace Sheaf.Tests.Unit.Training.Collectives;

public sealed class ReductionTreeTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 4)]
    [InlineData(8, 4)]
    [InlineData(9, 8)]
    [InlineData(1024, 512)]
    public void LeftLeaves_EnsureLargestPowerOfTwoBelow(int leaves, int left) => Assert.Equal(left, ReductionTree.LeftLeaves(leaves));

    [Fact]
    public void MaximalSubtrees_EnsureSubtreesOfTheFixedTree()
    {
        Assert.Equal([new(0, 8)], ReductionTree.MaximalSubtrees(new(0, 8), 8));
        Assert.Equal([new(0, 2), new(2, 1)], ReductionTree.MaximalSubtrees(new(0, 3), 8));
        Assert.Equal([new(3, 1), new(4, 2)], ReductionTree.MaximalSubtrees(new(3, 3), 8));
        Assert.Equal([new(4, 1)], ReductionTree.MaximalSubtrees(new(4, 1), 5));
        Assert.Empty(ReductionTree.MaximalSubtrees(new(2, 0), 5));
    }

    [Fact]
    public void MaximalSubtrees_EnsureExactCoverOfEveryRange()
    {
        for (var shards = 1; shards <= 17; shards++)
        {
            for (var first = 0; first < shards; first++)
            {
                for (var count = 1; first + count <= shards; count++)
                {
                    var parts = ReductionTree.MaximalSubtrees(new(first, count), shards);
                    Assert.Equal(Enumerable.Range(first, count), parts.SelectMany(part => Enumerable.Range(part.First, part.Count)));
                    Assert.All(parts, part => Assert.True(IsNode(part, new(0, shards))));
                }
            }
        }
    }

    [Fact]
    public void MaximalSubtrees_EnsureRangeOutsideIsRefusedByName()
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => ReductionTree.MaximalSubtrees(new(2, 4), 5));
        Assert.Contains("shards 2-5", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sum_EnsureOrderOfTheTree()
    {
        // (1e16 + 1) + (1 - 1e16): left to right would give 1.
        Assert.Equal([(1e16 + 1) + (1 - 1e16)], ReductionTree.Sum([1e16, 1, 1, -1e16], 4, 1));
        Assert.Equal([4, 6], ReductionTree.Sum([1, 2, 3, 4], 2, 2));
    }

    private static bool IsNode(ShardRange part, ShardRange node)
    {
        if (part == node)
        {
            return true;
        }

        if (node.Count == 1)
        {
            return false;
        }

        var (left, right) = ReductionTree.Children(node);
        return IsNode(part, part.First < right.First ? left : right);
    }
}
