using Sheaf.Client.Charts;

namespace Sheaf.Tests.Unit.Client.Charts;

public sealed class AxisTests
{
    [Theory]
    [InlineData(new[] { 0.0, 10 }, 0, 10, "0 2 4 6 8 10")]
    [InlineData(new[] { 9.0, 46.6 }, 0, 50, "0 10 20 30 40 50")]
    [InlineData(new[] { 0.0123, 0.0149 }, 0.012, 0.015, "0.012 0.0125 0.013 0.0135 0.014 0.0145 0.015")]
    [InlineData(new[] { -3.0, 5 }, -4, 6, "-4 -2 0 2 4 6")]
    [InlineData(new[] { 5.0, 5 }, 2, 8, "2 3 4 5 6 7 8")]
    [InlineData(new[] { 0.0, double.NaN, double.PositiveInfinity }, -1, 1, "-1 -0.5 0 0.5 1")]
    [InlineData(new[] { 0.0, 2e9 }, 0, 2e9, "0 5e8 1e9 1.5e9 2e9")]
    public void Linear_GoesFromRoundNumbersToRoundNumbers(double[] values, double low, double high, string ticks)
    {
        var axis = Axis.Linear(values);

        Assert.Equal((low, high), (Math.Round(axis.Low, 12), Math.Round(axis.High, 12)));
        Assert.Equal(ticks, string.Join(' ', axis.Ticks.Select(axis.Text)));
        Assert.Equal((0.0, 1.0), (axis.Place(axis.Low), axis.Place(axis.High)));
    }

    [Fact]
    public void WholeNumbers_HaveNoTicksBetweenThem() => Assert.Equal([1.0, 2.0], Axis.Linear([1, 2], whole: true).Ticks);

    [Fact]
    public void Logarithmic_HasPowersOfTenAtEqualDistances()
    {
        var axis = Axis.Log([0.002, 800]);

        Assert.Equal([0.01, 0.1, 1, 10, 100], axis.Ticks.Select(tick => Math.Round(tick, 6)));
        Assert.Equal(axis.Place(1) - axis.Place(0.1), axis.Place(100) - axis.Place(10), 1e-12);
    }

    [Theory]
    [InlineData(new[] { 1.0, 100 }, true)]
    [InlineData(new[] { 1.0, 40 }, false)]
    [InlineData(new[] { 0.0, 100 }, false)]
    [InlineData(new[] { -1.0, 100 }, false)]
    public void Fitting_IsLogarithmicOnlyWhereAllArePositiveAndFarApart(double[] values, bool isLog) => Assert.Equal(isLog, Axis.Fitting(values).IsLog);
}
