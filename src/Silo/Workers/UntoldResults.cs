using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Evaluations and checkpoints that a generation made here and its coordinator has not acknowledged: the next generation's to tell. Not thread-safe: used
/// under the gate of one experiment.
/// </summary>
internal sealed class UntoldResults
{
    private readonly List<Action<ReportBuffer>> _waiting = [];

    /// <summary>What a generation has reported, or was about to report. It goes to the generation that runs now, or else to the next one.</summary>
    public void Inherit(IEnumerable<SiloReport?> reports, ReportBuffer? now)
    {
        foreach (var report in reports.OfType<SiloReport>())
        {
            foreach (var evaluation in report.Evaluations)
            {
                Tell(now, buffer => buffer.Evaluation(evaluation));
            }

            foreach (var record in report.Checkpoints)
            {
                Add(record, report.FinalValues, now);
            }
        }
    }

    /// <summary>A checkpoint that was written when its generation had ended here.</summary>
    public void Add(CheckpointRecord record, IReadOnlyDictionary<string, double> finalValues, ReportBuffer? now) =>
        Tell(now, buffer => buffer.Checkpoint(record, finalValues));

    /// <summary>A generation begins: what waits is its to tell.</summary>
    public void GiveTo(ReportBuffer buffer)
    {
        _waiting.ForEach(tell => tell(buffer));
        _waiting.Clear();
    }

    public void Drop() => _waiting.Clear();

    /// <summary>Deletes a checkpoint that will not be reported.</summary>
    public static async Task TakeAway(CheckpointRecord record, string experimentId, HostServices services)
    {
        try
        {
            await services.Store.DeleteAsync(record.Path);
        }
        catch (CheckpointException e)
        {
            services.Logs.Write(experimentId, RunLogs.Worker(0), "warning", e.Message);
        }
    }

    private void Tell(ReportBuffer? now, Action<ReportBuffer> tell)
    {
        if (now is null)
        {
            _waiting.Add(tell);
        }
        else
        {
            tell(now);
        }
    }
}
