using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Tests.Unit.Silo.Experiments;

/// <summary>Steps as a ledger is told of them.</summary>
internal static class LedgerSteps
{
    /// <param name="end">Not among them.</param>
    public static StepCommit[] Of(int first, int end, long generation = 1) => Enumerable.Range(first, end - first).Select(step => new StepCommit
    {
        Step = step, Generation = generation, Loss = step, Metrics = [], Samples = 1, LearningRate = 1, GradientHash = (ulong)step, SampleDigests = [],
        ComputeMicroseconds = [], StepMicroseconds = 1,
    }).ToArray();
}
