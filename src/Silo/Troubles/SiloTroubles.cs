using Sheaf.Api.Cluster;

namespace Sheaf.Silo.Troubles;

/// <summary>
/// What is not as it should be with this silo and the database that it writes to, as far as a user must know: the one place that every verb, readiness and the
/// log ask, so that all of them say the same. The component that finds a trouble sets it, and clears it when it is over. Thread-safe.
/// </summary>
internal sealed class SiloTroubles(TimeProvider time, ILogger<SiloTroubles> log) : ITroubles
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<TroubleKind, (string Text, DateTimeOffset Since)> _all = [];
    private readonly SortedDictionary<string, IReadOnlyList<string>> _ofExperiments = new(StringComparer.Ordinal);

    /// <summary>For who asks about the silo: its own troubles, and those of the experiments that it coordinates.</summary>
    public IReadOnlyList<string> WithExperiments
    {
        get
        {
            lock (_gate)
            {
                return [.. All, .. _ofExperiments.SelectMany(experiment => experiment.Value.Select(trouble => $"experiment '{experiment.Key}': {trouble}"))];
            }
        }
    }

    /// <summary>The silo's own: a sentence each, with when it began.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate)
            {
                return _all.Values.Select(trouble => $"{trouble.Text} (since {trouble.Since:yyyy-MM-dd HH:mm:ss}Z)").ToArray();
            }
        }
    }

    /// <summary>What the silo's own troubles are about.</summary>
    public IReadOnlySet<TroubleKind> Kinds
    {
        get
        {
            lock (_gate)
            {
                return _all.Keys.ToHashSet();
            }
        }
    }

    /// <summary>Whether writes to the store fail now.</summary>
    public string? OfStore
    {
        get
        {
            lock (_gate)
            {
                return _all.TryGetValue(TroubleKind.Database, out var trouble) ? trouble.Text : null;
            }
        }
    }

    /// <summary>How to look at the store at once; null: there is none to look at.</summary>
    public Func<CancellationToken, Task>? StoreLook { get; set; }

    public void SetSecurity(string? text) => Set(TroubleKind.Security, text);

    public Task LookAtStore(CancellationToken cancellationToken) => StoreLook?.Invoke(cancellationToken) ?? Task.CompletedTask;

    /// <summary>
    /// The troubles of an experiment that this silo coordinates, in the words in which the experiment tells them; none: all is well, or another silo
    /// coordinates it.
    /// </summary>
    public void SetExperiment(string experimentId, IReadOnlyList<string> troubles)
    {
        lock (_gate)
        {
            if (troubles.Count > 0)
            {
                _ofExperiments[experimentId] = troubles;
            }
            else
            {
                _ofExperiments.Remove(experimentId);
            }
        }
    }

    /// <param name="text">A sentence without its full stop, for a user: what, and what follows from it. Null: all is well.</param>
    public void Set(TroubleKind kind, string? text)
    {
        lock (_gate)
        {
            var known = _all.TryGetValue(kind, out var before);
            if (text is null)
            {
                if (_all.Remove(kind))
                {
                    log.LogInformation("It is over that {Trouble}.", before.Text);
                }

                return;
            }

            if (known && before.Text == text)
            {
                return;
            }

            _all[kind] = (text, known ? before.Since : time.GetUtcNow());
            log.LogWarning("{Trouble}.", text);
        }
    }
}
