using System.Collections.Concurrent;

namespace Sheaf.Silo.Coordination;

/// <summary>The experiments whose coordinator is on this silo and that have not ended. Thread-safe.</summary>
public sealed class LedRuns
{
    private readonly ConcurrentDictionary<string, bool> _runs = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Ids => _runs.Keys.Order(StringComparer.Ordinal).ToArray();

    public void Set(string experimentId, bool leads)
    {
        if (leads)
        {
            _runs[experimentId] = true;
        }
        else
        {
            _runs.TryRemove(experimentId, out _);
        }
    }
}
