using Sheaf.Client.Charts;

namespace Sheaf.Tests.Unit.Client.Charts;

public sealed class LetterChartTests
{
    private static readonly Axis Unit = new(0, 1, [], IsLog: false);

    [Fact]
    public void LineFromCornerToCorner_IsADiagonal()
    {
        var cells = LetterChart.Cells([[(0, 1), (1, 0)]], Unit, Unit, 4, 2, unicode: true);

        Assert.Equal(["⠑⢄  ", "  ⠑⢄"], cells.Select(LetterChart.Text));
    }

    [Fact]
    public void WithoutUnicode_EachCurveHasItsLetter()
    {
        var cells = LetterChart.Cells([[(0, 1), (1, 1)], [(0, 0), (1, 0)]], Unit, Unit, 5, 3, unicode: false);

        Assert.Equal(["*****", "     ", "ooooo"], cells.Select(LetterChart.Text));
        Assert.Equal([0, -1, 1], cells.Select(line => line[0].Curve));
    }

    [Fact]
    public void PointsThatAreNoNumbers_AreLeftOut() => Assert.Equal(
        ["*   "], LetterChart.Cells([[(0, 1), (0.5, double.NaN), (1, double.PositiveInfinity)]], Unit, Unit, 4, 1, unicode: false).Select(LetterChart.Text));

    [Fact]
    public void History_KeepsFewPointsAndTheWholeCourse()
    {
        var history = new LossHistory();
        for (var step = 1; step <= 5000; step++)
        {
            history.Trained(step, 5000 - step);
        }

        Assert.InRange(history.Training.Count, LossHistory.MostPoints / 2, LossHistory.MostPoints);
        Assert.Equal(5000, history.Training[^1].X);
        Assert.InRange(history.Training[^1].Y, 0, 16);
        Assert.InRange(history.Training[0].Y, 4984, 5000);
        Assert.True(history.Training.Zip(history.Training.Skip(1)).All(pair => pair.First.X < pair.Second.X && pair.First.Y > pair.Second.Y));
    }

    [Fact]
    public void History_StepsThatComeAgainReplaceThoseThatWere()
    {
        var history = new LossHistory();
        foreach (var (step, loss) in new[] { (1, 3.0), (2, 2), (3, 1), (2, 2.5), (4, double.NaN) })
        {
            history.Trained(step, loss);
        }

        Assert.Equal([(1.0, 3.0), (2, 2.5)], history.Training);
    }
}
