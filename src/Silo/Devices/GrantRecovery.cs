namespace Sheaf.Silo.Devices;

/// <summary>
/// Who has still to say which devices it has. A pool that begins anew (its silo died) knows nothing, and a run that recovers at that moment has no worker
/// on its devices that would tell: their coordinators do. Not thread-safe.
/// </summary>
/// <param name="patience">
/// From the pool's beginning. An experiment of which nothing was heard by then, because its coordinator or the store does not answer, no longer holds up the
/// others.
/// </param>
public sealed class GrantRecovery(TimeSpan patience, TimeProvider time)
{
    private readonly long _began = time.GetTimestamp();
    private readonly HashSet<string> _missing = new(StringComparer.Ordinal);
    private readonly HashSet<string> _early = new(StringComparer.Ordinal);

    /// <summary>The experiments that may have devices are known.</summary>
    public bool IsListed { get; private set; }

    /// <summary>Experiments whose coordinators have not reported their devices.</summary>
    public IReadOnlyList<string> Missing => _missing.ToArray();

    /// <summary>Devices that no coordinator has claimed are free.</summary>
    public bool IsOver => (IsListed && _missing.Count == 0) || time.GetElapsedTime(_began) >= patience;

    /// <summary>The experiments that have not ended; those that spoke before are not waited for. Once.</summary>
    public void List(IEnumerable<string> unfinished)
    {
        IsListed = true;
        _missing.UnionWith(unfinished.Except(_early));
        _early.Clear();
    }

    public void Await(string experimentId) => _missing.Add(experimentId);

    public bool IsMissing(string experimentId) => _missing.Contains(experimentId);

    /// <summary>The experiment's coordinator has reported its devices.</summary>
    public void Heard(string experimentId)
    {
        _missing.Remove(experimentId);
        if (!IsListed)
        {
            _early.Add(experimentId);
        }
    }
}
