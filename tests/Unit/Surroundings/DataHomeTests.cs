using Sheaf.Silo;
using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class DataHomeTests
{
    [Theory]
    [InlineData("/x", "/home/u", "/x/sheaf")]
    [InlineData("", "/home/u", "/home/u/.local/share/sheaf")]
    [InlineData("relative", "/home/u", "/home/u/.local/share/sheaf")]
    [InlineData(null, "/nonexistent/x", "/nonexistent/x/.local/share/sheaf")]
    [InlineData(null, "", "/account/.local/share/sheaf")]
    [InlineData(null, null, "/account/.local/share/sheaf")]
    public void Default_FollowsXdgThenHomeThenTheAccount(string? xdg, string? home, string expected) =>
        Assert.Equal(expected, DataHome.Default(Variables(xdg, home), () => "/account"));

    [Theory]
    [InlineData("here")]
    [InlineData(null)]
    public void Default_WithoutAHome_IsRefusedWithWhatToDo(string? home) =>
        Assert.Contains(
            "--data DIR", Assert.Throws<FormatException>(() => DataHome.Default(Variables(null, home), () => "")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(null, "/home/u")]
    [InlineData("relative", "/home/u")]
    [InlineData("/x", null)]
    public void SiloAndCommandLine_KeepTheirDataAtTheSamePlace(string? xdg, string? home) =>
        Assert.Equal(Sheaf.Client.Running.DataDirectory.Of(null, Variables(xdg, home)), SiloCommandLine.Parse([], Set(xdg, home)).Data);

    private static Dictionary<string, string> Set(string? xdg, string? home) =>
        new[] { ("XDG_DATA_HOME", xdg), ("HOME", home) }.Where(each => each.Item2 is not null).ToDictionary(each => each.Item1, each => each.Item2!);

    private static Func<string, string?> Variables(string? xdg, string? home) => name => name switch { "XDG_DATA_HOME" => xdg, "HOME" => home, _ => null };
}
