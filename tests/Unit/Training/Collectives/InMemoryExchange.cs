using Sheaf.Training.Collectives;

namespace Sheaf.Tests.Unit.Training.Collectives;

/// <summary>An exchange between groups of one process: whoever completes the parts sums them with the slow reference.</summary>
internal sealed class InMemoryExchange(int silos, int shards) : IExchange
{
    private readonly object _gate = new();
    private readonly Dictionary<ExchangeKey, (List<GradientPart> Parts, int Came, float[]? Total)> _open = [];

    public List<ExchangeKey> Keys { get; } = [];

    public void Exchange(ExchangeKey key, IReadOnlyList<GradientPart> parts, Span<float> total, CancellationToken cancellationToken)
    {
        using var registered = cancellationToken.Register(() =>
        {
            lock (_gate)
            {
                Monitor.PulseAll(_gate);
            }
        });
        lock (_gate)
        {
            var open = _open.GetValueOrDefault(key, ([], 0, null));
            open.Parts.AddRange(parts.Select(part => new GradientPart(part.Range, part.Sum.ToArray())));
            open.Came++;
            if (open.Came == silos)
            {
                open.Total = ReferenceReduction.Sum(open.Parts, shards);
                Keys.Add(key);
            }

            _open[key] = open;
            Monitor.PulseAll(_gate);
            while (_open[key].Total is null)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    throw new ReductionAbortedException("cancelled");
                }

                Monitor.Wait(_gate);
            }

            _open[key].Total!.CopyTo(total);
        }
    }
}
