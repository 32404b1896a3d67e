using System.Diagnostics;
using Sheaf.Records;

namespace Sheaf.Silo.Telemetry;

/// <summary>
/// The silo's spans: a batch of steps, a checkpoint, a recovery. Each is told when it is over, by whoever measured it, so that no device thread has anything to
/// do with it. They cost nothing where nobody listens. Thread-safe.
/// </summary>
internal sealed class SiloTraces(TimeProvider time)
{
    public const string Name = "Sheaf";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Steps that the workers of one experiment and this silo have just done, as they come in one report.</summary>
    public void Steps(string experimentId, IReadOnlyList<StepRecord> steps)
    {
        if (steps.Count == 0)
        {
            return;
        }

        var workers = steps.GroupBy(step => step.Worker).ToArray();
        var longest = workers.Max(worker => worker.Sum(step => step.StepMicroseconds));
        Tell("sheaf.steps", experimentId, TimeSpan.FromMicroseconds(longest), span => span
            .SetTag("sheaf.generation", steps[^1].Generation)
            .SetTag("sheaf.step.first", steps.Min(step => step.Step))
            .SetTag("sheaf.step.last", steps.Max(step => step.Step))
            .SetTag("sheaf.workers", workers.Length)
            .SetTag("sheaf.compute.seconds", steps.Sum(step => step.ComputeMicroseconds) * 1e-6 / workers.Length)
            .SetTag("sheaf.loss", steps[^1].Loss));
    }

    public void Checkpoint(string experimentId, CheckpointRecord checkpoint, TimeSpan duration) => Tell("sheaf.checkpoint", experimentId, duration, span => span
        .SetTag("sheaf.generation", checkpoint.Generation)
        .SetTag("sheaf.step", checkpoint.Step)
        .SetTag("sheaf.bytes", checkpoint.Bytes));

    /// <summary>From the last step before workers were lost until the first one after.</summary>
    public void Recovery(string experimentId, long generation, TimeSpan duration) =>
        Tell("sheaf.recovery", experimentId, duration, span => span.SetTag("sheaf.generation", generation));

    private void Tell(string name, string experimentId, TimeSpan duration, Action<Activity> describe)
    {
        var end = time.GetUtcNow();
        using var span = Source.StartActivity(name, ActivityKind.Internal, default(ActivityContext), startTime: end - duration);
        if (span is not null)
        {
            describe(span.SetTag("sheaf.experiment", experimentId));
            span.SetEndTime(end.UtcDateTime);
        }
    }
}
