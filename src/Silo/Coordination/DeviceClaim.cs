namespace Sheaf.Silo.Coordination;

/// <summary>
/// Tells the pool which devices the experiment has. Of two words to the pool the later one counts, so they go one after the other; what fails is due again.
/// Not thread-safe.
/// </summary>
internal sealed class DeviceClaim(LedExperiment experiment, IPoolCalls pool, ICoordinatorLog log)
{
    private Due _due = Due.Nothing;
    private Task _holding = Task.CompletedTask;

    private enum Due
    {
        Nothing,
        Hold,
        Release,
    }

    /// <summary>The devices have not been given back to the pool yet.</summary>
    public bool MustRelease => _due == Due.Release;

    /// <summary>A generation began: its devices are to be reported to the pool.</summary>
    public void HoldSoon() => _due = Due.Hold;

    public void ReleaseSoon() => _due = Due.Release;

    /// <summary>Not waited for: the pool may have been on the silo that died, and the workers run meanwhile.</summary>
    public void HoldIfDue()
    {
        if (_due == Due.Hold && _holding.IsCompleted)
        {
            _holding = Hold(experiment.Record);
        }
    }

    public async Task ReleaseIfDue()
    {
        if (MustRelease)
        {
            await _holding;
            await pool.Release(experiment.Id);
            _due = Due.Nothing;
        }
    }

    /// <summary>Never fails.</summary>
    private async Task Hold(RunRecord run)
    {
        _due = Due.Nothing;
        try
        {
            await pool.Hold(run.Id, run.Workers.Select(LeasePlanner.DeviceOf).ToArray());
        }
        catch (Exception e)
        {
            _due = MustRelease ? Due.Release : Due.Hold;
            log.Warn(run.Id, e);
        }
    }
}
