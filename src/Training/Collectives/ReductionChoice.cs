using Sheaf.Specs;

namespace Sheaf.Training.Collectives;

/// <summary>
/// What <c>reduction: auto</c> means: the quicker way for a gradient of this size between this many silos, from a table of measured times. Pure.
/// </summary>
/// <remarks>
/// Microseconds on two cores and loopback. <c>peer</c> is <c>./sheaf bench allreduce</c>. <c>coordinator</c> is one reentrant grain on Microsoft Orleans 10
/// (176 KB and 1 MiB a caller, the whole round); below that it is one call there and back, the least that it can take. The peers' exchange is quicker
/// everywhere; the coordinator needs no connections of its own, so it is what a user asks for by name where silos reach each other through grains only.
/// </remarks>
public static class ReductionChoice
{
    private static readonly (long Bytes, int Silos, double Coordinator, double Peer)[] Measured =
    [
        (4 << 10, 2, 150, 67), (64 << 10, 2, 700, 59), (176 << 10, 2, 2_090, 120), (1 << 20, 2, 11_600, 439),
        (4 << 10, 4, 150, 114), (64 << 10, 4, 900, 242), (176 << 10, 4, 2_420, 420), (1 << 20, 4, 14_300, 1_292),
    ];

    /// <summary>
    /// For a gradient of <paramref name="bytes"/> on <paramref name="silos"/> silos. With one silo nothing is exchanged, whatever the answer.
    /// </summary>
    public static ReductionKind Auto(long bytes, int silos)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(silos, 1);
        var nearest = Measured.MinBy(row => (Math.Abs(row.Silos - silos), Math.Abs(Math.Log2(Math.Max(bytes, 1)) - Math.Log2(row.Bytes))));
        return nearest.Coordinator < nearest.Peer ? ReductionKind.Coordinator : ReductionKind.Peer;
    }
}
