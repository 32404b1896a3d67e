using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>What the workers say of one step, as one entry of the ledger.</summary>
public static class StepMerge
{
    /// <param name="records">Of one step and one generation, from at least one worker; they agree on all but times.</param>
    public static StepCommit Of(IReadOnlyCollection<StepRecord> records)
    {
        var one = records.First();
        var compute = new long[records.Max(record => record.Worker) + 1];
        foreach (var record in records)
        {
            compute[record.Worker] = record.ComputeMicroseconds;
        }

        return new StepCommit
        {
            Step = one.Step,
            Generation = one.Generation,
            Loss = one.Loss,
            Metrics = one.Metrics,
            Samples = one.Samples,
            LearningRate = one.LearningRate,
            GradientHash = one.GradientHash,
            SampleDigests = one.SampleDigests,
            ComputeMicroseconds = compute,
            StepMicroseconds = (long)records.Average(record => record.StepMicroseconds),
            Skipped = one.Skipped,
        };
    }
}
