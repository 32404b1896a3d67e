using Sheaf.Client.Rendering;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Client;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0.41234, "0.4123")]
    [InlineData(2.302585, "2.303")]
    [InlineData(12.3456, "12.35")]
    [InlineData(1234.56, "1234.6")]
    [InlineData(0.00123456, "0.001235")]
    [InlineData(0.000012, "1.2e-05")]
    [InlineData(123456.0, "1.235e05")]
    [InlineData(-0.5, "-0.5000")]
    [InlineData(0.0, "0")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void Loss_HasFourSignificantDigits(double value, string expected) => Assert.Equal(expected, Format.Loss(value));

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(27.4, "0:27")]
    [InlineData(59.6, "1:00")]
    [InlineData(3723, "1:02:03")]
    [InlineData(93723, "1d 02:02:03")]
    [InlineData(-5, "0:00")]
    public void Duration_IsWhatAClockShows(double seconds, string expected) => Assert.Equal(expected, Format.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(176_640, "176.6 kB")]
    [InlineData(2_500_000_000, "2.5 GB")]
    public void Bytes_AreDecimal(long bytes, string expected) => Assert.Equal(expected, Format.Bytes(bytes));

    [Fact]
    public void Metric_AccuracyIsPercent_OthersAreNumbers()
    {
        Assert.Equal("88.25 %", Format.Metric("test_accuracy", 0.8825));
        Assert.Equal("0.9987", Format.Metric("r_squared", 0.9987));
    }

    [Fact]
    public void Name_EveryStateHasItsOwn()
    {
        var names = Enum.GetValues<State>().Select(state => state.Name()).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal("completed", State.Completed.Name());
    }

    [Fact]
    public void TextTable_AlignsNumbersRightAndWordsLeft()
    {
        var output = new StringWriter { NewLine = "\n" };
        var table = new TextTable("id", "step");
        table.Add("a", "5");
        table.Add("longer", "1,200");

        table.Write(output, new Ink(On: false));

        Assert.Equal("id       step\na           5\nlonger  1,200\n", output.ToString());
    }

    [Fact]
    public void TextTable_RowOfAnotherWidth_IsRefused() => Assert.Throws<ArgumentException>(() => new TextTable("id").Add("a", "b"));

    [Fact]
    public void Spread_OfMany_KeepsTheFirstTheLastAndTheOrder()
    {
        var picked = StepMetricsOutput.Spread([.. Enumerable.Range(0, 1001)], 11).ToList();

        Assert.Equal([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000], picked);
    }
}
