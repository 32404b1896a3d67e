using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("\e[31mEVIL\e[0m", @"\u001B[31mEVIL\u001B[0m")]
    [InlineData("a\nb\tc\r", @"a\nb\tc\r")]
    [InlineData("\u009b31m\u007f\0", @"\u009B31m\u007F\u0000")]
    [InlineData("abc\u202Etxt.exe", @"abc\u202Etxt.exe")]
    [InlineData("a\u00A0b\u3000c", @"a\u00A0b\u3000c")]
    [InlineData("pass\u200Dword\u00AD", @"pass\u200Dword\u00AD")]
    [InlineData("\uE000\uFFFE\uFFFD", @"\uE000\uFFFE\uFFFD")]
    [InlineData("\U000E0041\U0010FFFF", @"\U000E0041\U0010FFFF")]
    [InlineData("Größe 𝄞 日本", "Größe 𝄞 日本")]
    public void Of_ShowsWhatATerminalWouldObeyAndWhatOnlyLooksLikeSomethingElse(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    /// <summary>Half of a pair is no text: a runner that writes its cases down would change it.</summary>
    [Fact]
    public void Of_ShowsHalfOfAPair() => Assert.Equal(@"\uD800x\uDC00", Printable.Of("\ud800x\udc00"));

    [Fact]
    public void Lines_KeepsLinesAndTabs() => Assert.Equal("a\n\tb" + @"\u001B\r\u2028", Printable.Lines("a\n\tb\e\r\u2028"));

    [Fact]
    public void Of_AnyCharacter_LeavesNoneThatATerminalActsOn() =>
        Assert.All(Enumerable.Range(0, 0x10000), code => Assert.DoesNotContain(Printable.Of($"a{(char)code}"), char.IsControl));

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("0123456789", 10, "0123456789")]
    [InlineData("0123456789a", 10, "0123456...")]
    [InlineData("\e\e\e\e", 10, @"\u001B\...")]
    public void Short_IsNoLongerThanAsked(string text, int most, string shown) => Assert.Equal(shown, Printable.Short(text, most));
}
