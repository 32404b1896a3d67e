using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;
using Sheaf.Training.Collectives;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// The reduction <c>coordinator</c>: this silo's parts go to the coordinator grain, and the total comes back. Called on device threads, which it blocks. A call
/// that did not get through is made again as long as the lease is held: the coordinator may just be moving, and asking again gives the same answer. A refusal
/// ends the generation.
/// </summary>
/// <param name="reduced">Receives the number of bytes that an exchange sent and received.</param>
internal sealed class CoordinatorExchange(
    ICoordinatorCalls coordinators, string experimentId, string silo, LeaseClock lease, ReportOptions options, TimeProvider time, Action<long, long> reduced)
        : IExchange
{
    private readonly ReportRhythm _rhythm = new(options);

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
        var reply = Ask(request, cancellationToken).GetAwaiter().GetResult();
        if (reply.Generation != key.Generation || reply.Sequence != key.Sequence || reply.Total.Length != total.Length)
        {
            throw new ReductionAbortedException(
                $"The coordinator answered for generation {reply.Generation}, collective {reply.Sequence}, {reply.Total.Length} floats; "
                    + $"asked were {key.Generation}, {key.Sequence}, {total.Length}.");
        }

        reply.Total.CopyTo(total);
        reduced(sizeof(float) * request.Parts.Sum(part => (long)part.Sum.Length), sizeof(float) * (long)total.Length);
    }

    /// <summary>Whether the call may not have reached the coordinator at all: then nothing speaks against making it again.</summary>
    private static bool IsOfTheWay(Exception failure) => failure is OrleansException or TimeoutException;

    private async Task<ReduceReply> Ask(ReduceRequest request, CancellationToken cancellationToken)
    {
        for (var failures = 1; ;)
        {
            try
            {
                if (await coordinators.Reduce(experimentId, request, cancellationToken) is { Pending: false } reply)
                {
                    return reply;
                }
            }
            catch (Exception e) when (!IsOfTheWay(e))
            {
                throw new ReductionAbortedException($"The coordinator did not reduce step {request.Step}: {FailureText.Of(e)}", e);
            }
            catch (Exception e) when (!lease.IsHeld)
            {
                // Whoever finds the lease lapsed first, this thread or the host, gives the same cause.
                throw new ReductionAbortedException(
                    $"The coordinator was not heard for {lease.Duration.TotalSeconds:F0} s, so it cannot be asked to reduce step {request.Step}.", e);
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                // Between two tries: the cluster needs a moment to find the coordinator's next place.
                await Task.Delay(_rhythm.PauseAfter(failures++), time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            if (cancellationToken.IsCancellationRequested)
            {
                throw new ReductionAbortedException($"The generation ended while the coordinator was asked to reduce step {request.Step}.");
            }
        }
    }
}
