using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <summary>Brings the reports of one generation on this silo to its coordinator, one call at a time. Thread-safe.</summary>
/// <param name="goOn">Is given the directives that come with an answer.</param>
internal sealed class ReportPump(GenerationHost host, StateCache kept, HostServices services, Action<GenerationHost, IReadOnlyList<Directive>> goOn)
{
    private readonly ReportRhythm _rhythm = new(services.Reports);
    private int _sending;
    private SiloReport? _unsent;
    private long _lastSent = services.Time.GetTimestamp();
    private long _lastFailure;
    private int _failures;
    private bool _again;
    private bool _hurry;
    private long _number;
    private string _waits = "";

    public GenerationHost Host => host;

    /// <summary>Everything is done and reported.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Checkpoints that the coordinator has not acknowledged; only when nothing is sent any more.</summary>
    public SiloReport? Unacknowledged => _unsent;

    /// <summary>What failed before need not wait for its next try: the coordinator may be elsewhere now.</summary>
    public void Hurry() => Volatile.Write(ref _hurry, true);

    /// <summary>True: it goes on. False: the generation is over. Null: nothing was sent.</summary>
    public async Task<bool?> Send()
    {
        // Whoever sends at this moment looks again before it is done, so that no news waits for the next caller.
        Volatile.Write(ref _again, true);
        bool? goesOn = null;
        while (goesOn != false && Volatile.Read(ref _again) && Interlocked.Exchange(ref _sending, 1) == 0)
        {
            try
            {
                Volatile.Write(ref _again, false);
                goesOn = await SendNext() ?? goesOn;
            }
            finally
            {
                Interlocked.Exchange(ref _sending, 0);
            }
        }

        return goesOn;
    }

    private async Task<bool?> SendNext()
    {
        var hurry = Interlocked.Exchange(ref _hurry, false);
        if (!hurry && _failures > 0 && services.Time.GetElapsedTime(_lastFailure) < _rhythm.PauseAfter(_failures))
        {
            return null;
        }

        try
        {
            var over = host.IsFinished;
            bool? goesOn = Next() is { } report ? await Tell(report) : over ? true : null;
            IsDone |= over;
            return goesOn;
        }
        catch (Exception e)
        {
            // The outcome is unknown: the same report goes again.
            if (_failures++ == 0)
            {
                services.Failed(host.ExperimentId, e);
                host.Log(0, "warning", $"the coordinator could not be told, which is tried again: {FailureText.Of(e)}");
            }

            // A call that was under way when its silo was declared dead ends like this: the coordinator is looked for elsewhere at once.
            _lastFailure = services.Time.GetTimestamp();
            _ = TryAgainAfter(Volatile.Read(ref _hurry) ? TimeSpan.Zero : _rhythm.PauseAfter(_failures));
            return null;
        }
    }

    /// <summary>What was not acknowledged, else what is new, else a sign of life where one is due; null: nothing.</summary>
    private SiloReport? Next()
    {
        if (_unsent is null)
        {
            var activities = host.Activities;
            var waits = host.Waits;
            var news = host.Buffer.Take(services.Silo, host.Generation);
            if (news is null && (waits != _waits || _rhythm.IsDue(services.Time.GetElapsedTime(_lastSent), activities)))
            {
                news = new() { Silo = services.Silo, Generation = host.Generation };
            }

            _unsent = news is null ? null : news with { Number = _number++, Activities = activities, Waits = waits };
            _waits = news is null ? _waits : waits;
        }

        return _unsent;
    }

    private async Task TryAgainAfter(TimeSpan pause)
    {
        // A coordinator that finds its next place tells nobody.
        await Task.Delay(pause, services.Time);
        services.Signal();
    }

    private async Task<bool> Tell(SiloReport report)
    {
        var asked = services.Time.GetTimestamp();
        var answer = await services.Coordinators.Report(host.ExperimentId, report).Within(services.Reports.AnswerWithin, services.Time);
        (_unsent, _failures, _lastSent) = (null, 0, services.Time.GetTimestamp());
        kept.Records.Trim(answer.DurableStep);
        services.Meters.Steps(host.ExperimentId, report.Steps, host.Shards);
        services.Traces.Steps(host.ExperimentId, report.Steps);
        if (answer.GoesOn)
        {
            host.Lease.Renew(asked);
            goOn(host, answer.Directives);
        }

        return answer.GoesOn;
    }
}
