namespace Sheaf.Transport.Exchange;

/// <summary>The generations that this silo has joined: the newest of every experiment, and the exchanges that are open. Thread-safe.</summary>
internal sealed class JoinedGenerations
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _newest = [];
    private readonly List<PeerExchange> _open = [];

    /// <exception cref="InvalidOperationException">The generation, or a higher one, was joined before.</exception>
    public void Add(PeerPlan plan, Func<PeerExchange> make, out PeerExchange exchange, out IReadOnlyList<PeerExchange> older)
    {
        lock (_gate)
        {
            if (_newest.TryGetValue(plan.ExperimentId, out var newest) && plan.Generation <= newest)
            {
                throw new InvalidOperationException(
                    $"Generation {plan.Generation} of experiment {plan.ExperimentId} cannot be joined: generation {newest} was joined before, "
                        + "and a generation is joined once.");
            }

            older = [.. _open.Where(open => open.Plan.ExperimentId == plan.ExperimentId)];
            _newest[plan.ExperimentId] = plan.Generation;
            _open.Add(exchange = make());
        }
    }

    public void Remove(PeerExchange exchange)
    {
        lock (_gate)
        {
            _open.Remove(exchange);
        }
    }

    /// <summary>-1 where none was joined.</summary>
    public long NewestOf(string experimentId)
    {
        lock (_gate)
        {
            return _newest.GetValueOrDefault(experimentId, -1);
        }
    }

    public PeerExchange? Find(string experimentId, long generation)
    {
        lock (_gate)
        {
            return _open.Find(open => open.Plan.ExperimentId == experimentId && open.Plan.Generation == generation);
        }
    }

    public IReadOnlyList<PeerExchange> All()
    {
        lock (_gate)
        {
            return [.. _open];
        }
    }
}
