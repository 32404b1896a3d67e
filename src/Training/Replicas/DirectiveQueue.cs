using Sheaf.Records;

namespace Sheaf.Training.Replicas;

/// <summary>
/// The directives of one generation, handed out in the order of their sequence whatever order they came in; repeated ones are ignored. Thread-safe.
/// </summary>
internal sealed class DirectiveQueue
{
    private readonly object _gate = new();
    private readonly SortedDictionary<long, Directive> _waiting = [];
    private long _next;
    private bool _closed;

    public void Add(Directive directive)
    {
        lock (_gate)
        {
            if (!_closed && directive.Sequence >= _next && _waiting.TryAdd(directive.Sequence, directive))
            {
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>The next in order; blocks until it is there. Null once closed.</summary>
    public Directive? Take()
    {
        lock (_gate)
        {
            while (!_closed)
            {
                if (_waiting.Remove(_next, out var directive))
                {
                    _next++;
                    return directive;
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.PulseAll(_gate);
        }
    }
}
