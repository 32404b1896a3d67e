using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Collectives;

namespace Sheaf.Silo.Workers;

/// <summary>The reduction <c>coordinator</c>: this silo's parts go to the coordinator grain, and the total comes back. Called on device threads, which it blocks.</summary>
internal sealed class CoordinatorExchange(IGrainFactory grains, string experimentId, string silo) : IExchange
{
    public void Exchange(ExchangeKey key, IReadOnlyList<GradientPart> parts, Span<float> total, CancellationToken cancellationToken)
    {
        var request = new ReduceRequest
        {
            Silo = silo,
            Generation = key.Generation,
            Sequence = key.Sequence,
            Step = key.Step,
            Kind = SpecNames.Of(key.Kind),
            Parts = parts.Select(part => new ReducePart { FirstShard = part.Range.First, Shards = part.Range.Count, Sum = part.Sum.ToArray() }).ToArray(),
        };
        ReduceReply reply;
        try
        {
            reply = grains.GetGrain<ICoordinatorGrain>(experimentId).Reduce(request, cancellationToken).GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            throw new ReductionAbortedException($"The coordinator did not reduce step {key.Step}: {e.Message}", e);
        }

        if (reply.Generation != key.Generation || reply.Sequence != key.Sequence || reply.Total.Length != total.Length)
        {
            throw new ReductionAbortedException(
                $"The coordinator answered for generation {reply.Generation}, collective {reply.Sequence}, {reply.Total.Length} floats; asked were {key.Generation}, {key.Sequence}, {total.Length}.");
        }

        reply.Total.CopyTo(total);
    }
}
