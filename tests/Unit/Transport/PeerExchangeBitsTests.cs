using Sheaf.Records;
using Sheaf.Training.Collectives;
using Sheaf.Transport.Exchange;

namespace Sheaf.Tests.Unit.Transport;

public sealed class PeerExchangeBitsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Exchange_EnsureBitsOfTheReferenceForEveryPlacement(int silos)
    {
        await using var planes = await Planes.Start(silos);
        var generation = 0L;
        for (var shards = silos; shards <= 8; shards++)
        {
            foreach (var leases in Placements(shards, silos))
            {
                var length = generation % 3 == 0 ? PeerLayout.DirectFloats + 1031 : 97;
                var vectors = Rounds.Vectors(shards, length, (int)generation, wild: true);
                var exchanges = planes.Join(leases, length, ++generation);
                Rounds.AssertBits(ReferenceReduction.Sum(vectors), await Rounds.Run(exchanges, vectors));
                Array.ForEach(exchanges, exchange => exchange.Dispose());
            }
        }

        Assert.Equal(0, planes.All.Sum(plane => plane.Counters.RefusedInAll));
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(2, 16 * 1024)]
    [InlineData(2, (16 * 1024) + 1)]
    [InlineData(3, 70_001)]
    [InlineData(4, 300_017)]
    [InlineData(5, 1_000_003)]
    [InlineData(2, 2_500_000)]
    public async Task Exchange_EnsureBitsForEveryLengthAndManySteps(int silos, int length)
    {
        await using var planes = await Planes.Start(silos);
        var leases = Enumerable.Range(0, silos).Select(silo => new[] { new ShardRange(silo, 1) }).ToArray();
        var exchanges = planes.Join(leases, length);
        for (var step = 0; step < 4; step++)
        {
            var vectors = Rounds.Vectors(silos, length, step);
            Rounds.AssertBits(ReferenceReduction.Sum(vectors), await Rounds.Run(exchanges, vectors, step, step));
        }
    }

    [Fact]
    public async Task Exchange_EnsureVectorsOfOtherLengthsTravelBetweenGradients()
    {
        await using var planes = await Planes.Start(3);
        var leases = new[] { new ShardRange[] { new(0, 3) }, [new(3, 1)], [new(4, 2)] };
        var exchanges = planes.Join(leases, 50_000);
        var sequence = 0L;
        foreach (var (length, kind) in new[] { (50_000, CollectiveKind.Gradient), (7, CollectiveKind.Evaluation), (0, CollectiveKind.Evaluation),
            (200_000, CollectiveKind.Evaluation), (50_000, CollectiveKind.Gradient) })
        {
            var vectors = Rounds.Vectors(6, length, length);
            Rounds.AssertBits(ReferenceReduction.Sum(vectors), await Rounds.Run(exchanges, vectors, 5, sequence++, kind));
        }
    }

    [Fact]
    public async Task Exchange_EnsureOneSiloAloneNeedsNoOther()
    {
        await using var planes = await Planes.Start(1);
        var vectors = Rounds.Vectors(3, 100_000, 1);
        var exchanges = planes.Join([[new ShardRange(0, 3)]], 100_000);
        Rounds.AssertBits(ReferenceReduction.Sum(vectors), await Rounds.Run(exchanges, vectors));
    }

    /// <summary>Contiguous leases in every cut and rotated order, and silos with two workers whose leases do not touch.</summary>
    private static IEnumerable<ShardRange[][]> Placements(int shards, int silos)
    {
        foreach (var cut in Cuts(shards, silos))
        {
            yield return [.. cut.Select(range => new[] { range })];
            if (silos > 2)
            {
                yield return [.. cut.Skip(1).Append(cut[0]).Select(range => new[] { range })];
            }
        }

        foreach (var cut in Cuts(shards, silos + 1))
        {
            yield return [[cut[0], cut[^1]], .. cut[1..^1].Select(range => new[] { range })];
        }
    }

    private static IEnumerable<ShardRange[]> Cuts(int shards, int pieces, int first = 0)
    {
        if (pieces == 1)
        {
            yield return [new(first, shards - first)];
            yield break;
        }

        for (var count = 1; first + count + pieces - 1 <= shards; count++)
        {
            foreach (var rest in Cuts(shards, pieces - 1, first + count))
            {
                yield return [new(first, count), .. rest];
            }
        }
    }
}
