using System.Globalization;
using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class RegionalFormatTests
{
    [Fact]
    public void Numbers_HaveADecimalPoint()
    {
        var before = CultureInfo.CurrentCulture;
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = german;
            Assert.Equal("1,5", $"{1.5}");

            RegionalFormat.Ignore();

            Assert.Equal("1.5", $"{1.5}");
            Assert.Equal(CultureInfo.InvariantCulture, CultureInfo.DefaultThreadCurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
