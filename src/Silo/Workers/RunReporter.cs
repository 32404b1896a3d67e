using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Workers;

/// <summary>Brings the reports of one local run to its coordinator, one call at a time. Thread-safe.</summary>
internal sealed class RunReporter(LocalRun run, LocalRunServices services)
{
    /// <summary>An empty report is sent after this time, so that a lost directive is sent again and a new coordinator learns of the run.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    private int _sending;
    private SiloReport? _unsent;
    private long _lastSent = services.Time.GetTimestamp();
    private bool _again;
    private bool _failing;
    private long _number;

    public LocalRun Run => run;

    /// <summary>Everything is done and told.</summary>
    public bool IsDone { get; private set; }

    /// <summary>True: it goes on. False: the generation is over. Null: nothing was sent.</summary>
    public async Task<bool?> Send()
    {
        if (Interlocked.Exchange(ref _sending, 1) != 0)
        {
            Volatile.Write(ref _again, true);
            return null;
        }

        try
        {
            bool? goesOn = null;
            do
            {
                Volatile.Write(ref _again, false);
                var over = run.IsOver;
                var report = _unsent ?? run.Buffer.Take(services.Silo, run.Generation);
                if (report is null && services.Time.GetElapsedTime(_lastSent) >= Heartbeat)
                {
                    report = new() { Silo = services.Silo, Generation = run.Generation };
                }

                if (report is null)
                {
                    IsDone |= over;
                    return goesOn ?? (over ? true : null);
                }

                if (_unsent is null)
                {
                    _unsent = report = report with { Number = _number++ };
                }

                goesOn = (await services.Grains.GetGrain<ICoordinatorGrain>(run.ExperimentId).Report(report)).GoesOn;
                _unsent = null;
                _failing = false;
                _lastSent = services.Time.GetTimestamp();
                services.Meters.Steps(run.ExperimentId, report.Steps, run.Shards);
                IsDone |= over;
            }
            while (goesOn == true && Volatile.Read(ref _again));

            return goesOn;
        }
        catch (Exception e)
        {
            // The outcome is unknown: the same report goes again with the next tick.
            if (!_failing)
            {
                _failing = true;
                services.Failed(run.ExperimentId, e);
                run.Log(0, "warning", $"the coordinator could not be told, which is tried again: {e.Message}");
            }

            return null;
        }
        finally
        {
            Volatile.Write(ref _sending, 0);
        }
    }
}
