namespace Sheaf.Training.Collectives;

/// <summary>The reduction between silos. Called by one device thread a silo and collective; may block.</summary>
public interface IExchange
{
    /// <summary>
    /// Gives this silo's <paramref name="parts"/> (the maximal subtrees that its leases cover) and fills <paramref name="total"/> with the sum over all shards,
    /// along <see cref="ReductionTree"/>, or throws.
    /// </summary>
    /// <exception cref="ReductionAbortedException">The generation ended, or <paramref name="cancellationToken"/> was cancelled.</exception>
    void Exchange(ExchangeKey key, IReadOnlyList<GradientPart> parts, Span<float> total, CancellationToken cancellationToken);
}
