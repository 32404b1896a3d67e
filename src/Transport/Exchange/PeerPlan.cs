using System.IO.Hashing;
using System.Text;
using Sheaf.Records;
using Sheaf.Training.Collectives;

namespace Sheaf.Transport.Exchange;

/// <summary>
/// Who exchanges what in one generation of one experiment. Equal on all of its silos but for <see cref="Silo"/> and <see cref="Worker"/>: the handshake
/// compares <see cref="Digest"/>. Immutable.
/// </summary>
public sealed class PeerPlan
{
    /// <param name="silo">This silo; one of <paramref name="members"/>.</param>
    /// <param name="worker">The lowest worker of this silo; faults are addressed by it.</param>
    /// <param name="members">In any order; their leases cover the shards exactly once.</param>
    /// <param name="length">Floats of a gradient.</param>
    public PeerPlan(string experimentId, long generation, int shards, string silo, int worker, IEnumerable<PeerMember> members, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        (ExperimentId, Generation, Shards, Silo, Worker, Length) = (experimentId, generation, shards, silo, worker, length);
        Members = [.. members.OrderBy(member => member.Silo, StringComparer.Ordinal)];
        if (Members.Select(member => member.Silo).Distinct().Count() != Members.Count)
        {
            throw new ArgumentException($"A silo is twice among {Names()}; a plan names every silo once.");
        }

        Me = Members.Select(member => member.Silo).ToList().IndexOf(silo);
        if (Me < 0)
        {
            throw new ArgumentException($"Silo {silo} is not among {Names()}; only a member of the generation can join it.");
        }

        Parts = [.. Members.Select(member => (IReadOnlyList<ShardRange>)new ReductionPlan(shards, member.Leases).Roots)];
        if (!new ReductionPlan(shards, [.. Parts.SelectMany(parts => parts)]).IsComplete)
        {
            throw new ArgumentException(
                $"The leases of {string.Join("; ", Members.Select(m => $"{m.Silo}: {string.Join(", ", m.Leases)}"))} do not cover all {shards} shards.");
        }

        Digest = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(Text()));
    }

    public string ExperimentId { get; }

    public long Generation { get; }

    public int Shards { get; }

    public string Silo { get; }

    public int Worker { get; }

    public int Length { get; }

    /// <summary>In the order of their silos (ordinal): their places are the frames' senders, and the owners of the segments.</summary>
    public IReadOnlyList<PeerMember> Members { get; }

    /// <summary>By member: the maximal subtrees that its leases cover, in order.</summary>
    public IReadOnlyList<IReadOnlyList<ShardRange>> Parts { get; }

    /// <summary>This silo's place among the members.</summary>
    internal int Me { get; }

    /// <summary>Of everything that the members must agree on.</summary>
    internal ulong Digest { get; }

    private string Names() => string.Join(", ", Members.Select(member => member.Silo));

    private string Text() => string.Join('\n',
        [PeerLayout.Version, ExperimentId, $"{Generation} {Shards} {Length}",
        .. Members.Select((member, place) => $"{member.Silo} {string.Join(' ', Parts[place].Select(p => $"{p.First}+{p.Count}"))}")]);
}
