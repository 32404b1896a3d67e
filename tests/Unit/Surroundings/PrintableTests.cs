using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("\e[31mEVIL\e[0m", @"\x1b[31mEVIL\x1b[0m")]
    [InlineData("a\nb\tc\r", @"a\nb\tc\r")]
    [InlineData("\u009b31m\u007f\0", @"\x9b31m\x7f\x00")]
    [InlineData("abc\u202Etxt.exe", @"abc\u202etxt.exe")]
    [InlineData("Größe 𝄞 日本", "Größe 𝄞 日本")]
    public void Of_ShowsWhatATerminalWouldObey(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    /// <summary>Half of a pair is no text: a runner that writes its cases down would change it.</summary>
    [Fact]
    public void Of_ShowsHalfOfAPair() => Assert.Equal(@"\ud800x", Printable.Of("\ud800x"));

    [Fact]
    public void Lines_KeepsLinesAndTabs() => Assert.Equal("a\n\tb" + @"\x1b", Printable.Lines("a\n\tb\e"));

    [Fact]
    public void Of_AnyCharacter_LeavesNoneThatATerminalActsOn() =>
        Assert.All(Enumerable.Range(0, 0x10000), code => Assert.DoesNotContain(Printable.Of($"a{(char)code}"), char.IsControl));

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("0123456789", 10, "0123456789")]
    [InlineData("0123456789a", 10, "0123456...")]
    [InlineData("\e\e\e\e", 10, @"\x1b\x1...")]
    public void Short_IsNoLongerThanAsked(string text, int most, string shown) => Assert.Equal(shown, Printable.Short(text, most));
}
