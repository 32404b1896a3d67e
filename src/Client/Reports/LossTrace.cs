using Sheaf.V1;

namespace Sheaf.Client.Reports;

/// <summary>The training loss of every step, thinned to as many points as a chart shows: mean, smallest and largest of neighbouring steps.</summary>
internal sealed class LossTrace
{
    private readonly List<(long Step, double Loss)> _steps = [];

    public int Count => _steps.Count;

    public double First => _steps[0].Loss;

    public double Last => _steps[^1].Loss;

    public void Add(StepMetrics step) => _steps.Add((step.Step, step.Loss));

    /// <summary>At most so many points; a step stands at the number of steps that are done after it.</summary>
    public IReadOnlyList<LossPoint> Points(int most)
    {
        var each = Math.Max(1, (_steps.Count + most - 1) / most);
        return [.. _steps.Chunk(each).Select(steps => new LossPoint(
            (steps[0].Step + steps[^1].Step) / 2.0 + 1,
            steps.Average(step => step.Loss),
            steps.Min(step => step.Loss),
            steps.Max(step => step.Loss)))];
    }
}

/// <summary>Neighbouring steps.</summary>
/// <param name="Step">The middle of them.</param>
internal sealed record LossPoint(double Step, double Mean, double Low, double High);
