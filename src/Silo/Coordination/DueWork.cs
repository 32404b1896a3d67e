namespace Sheaf.Silo.Coordination;

/// <summary>
/// Does all that is due for an experiment. What is due follows from the record and the session, so what fails is due again. Not thread-safe.
/// </summary>
internal sealed class DueWork(
    LedExperiment experiment, GenerationFollower follower, GenerationStart start, RecordWriter writer, DeviceSearch devices, DeviceClaim claim,
    CheckpointSweep sweep,
    Publisher news)
{
    /// <summary>Gives what is waited for, for a person; empty: nothing.</summary>
    public async Task<string> Do()
    {
        await sweep.IfDue();
        await claim.ReleaseIfDue();
        if (experiment.Session is { } session)
        {
            await follower.Follow(session);
        }

        var waits = await Begin();
        if (experiment.Session is not null)
        {
            claim.HoldIfDue();
        }

        await news.Send();
        return waits;
    }

    private async Task<string> Begin()
    {
        if (experiment.Leaves is { } cause)
        {
            return cause;
        }

        for (var attempt = 0; attempt < experiment.Options.Attempts && experiment.Session is null; attempt++)
        {
            if (await devices.Ask() is { } change)
            {
                await writer.Apply(change);
            }

            if (experiment.Record is not { IsTerminal: false, Workers.Count: > 0 })
            {
                break;
            }

            if (await start.Try() is { } waits)
            {
                return waits;
            }
        }

        return "";
    }
}
