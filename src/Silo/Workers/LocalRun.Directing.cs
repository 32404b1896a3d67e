
using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <content>What the workers are to do: told by a call, or with the answer to a report.</content>
internal sealed partial class LocalRun
{
    /// <summary>False: the worker is not here, or the generation is over for it.</summary>
    public bool Direct(int worker, IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            if (!_slots.TryGetValue(worker, out var slot) || _group is { IsAborted: true } || !Lease.IsHeld)
            {
                return false;
            }

            Lease.Renew();
            slot.Direct(directives);
            return true;
        }
    }

    /// <summary>What <see cref="Direct"/> does, for all workers here; says nothing of the lease.</summary>
    public void GoOn(IReadOnlyList<Directive> directives)
    {
        lock (_gate)
        {
            if (_group is not { IsAborted: true } && Lease.IsHeld)
            {
                foreach (var slot in _slots.Values)
                {
                    slot.Direct(directives);
                }
            }
        }
    }
}
