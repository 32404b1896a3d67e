using Sheaf.Client.Reports;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Client.Reports;

public sealed class LossTraceTests
{
    [Fact]
    public void FewSteps_AreAllThere()
    {
        var trace = Of(3, 2, 1);

        Assert.Equal([(1.0, 3.0), (2, 2), (3, 1)], trace.Points(3).Select(point => (point.Step, point.Mean)));
    }

    [Fact]
    public void ManySteps_AreMeansOfNeighboursWithTheirRange()
    {
        var trace = Of(1, 3, 5, 9, 4);

        Assert.Equal([new(1.5, 2, 1, 3), new(3.5, 7, 5, 9), new LossPoint(5, 4, 4, 4)], trace.Points(3));
    }

    private static LossTrace Of(params double[] losses)
    {
        var trace = new LossTrace();
        foreach (var (step, loss) in losses.Index())
        {
            trace.Add(new StepMetrics { Step = step, Loss = loss });
        }

        return trace;
    }
}
