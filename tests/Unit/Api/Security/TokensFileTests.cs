using System.Text;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;

namespace Sheaf.Tests.Unit.Api.Security;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class TokensFileTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly string _file = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void Token_IsKnownByItsHash_WithNameAndRole()
    {
        var (alice, ci) = (ApiToken.Create(), ApiToken.Create());
        File.WriteAllText(_file, $"# the team\n\nalice submitter {ApiToken.Hash(alice)}\n  ci@example.com\tviewer  {ApiToken.Hash(ci).ToUpperInvariant()} \n");

        var tokens = new TokensFile(_file, _time, Every);

        Assert.Equal(new KnownToken("alice", Role.Submitter), tokens.Find(alice));
        Assert.Equal(new KnownToken("ci@example.com", Role.Viewer), tokens.Find(ci));
        Assert.Null(tokens.Find(ApiToken.Create()));
        Assert.Null(tokens.Find(ApiToken.Hash(alice)));
        Assert.True(ApiToken.IsOne(alice) && !ApiToken.IsOne(alice[..^1]) && !ApiToken.IsOne(ApiToken.Hash(alice)));
    }

    [Fact]
    public void Token_ThatIsTakenOut_IsWorthNothingSoon_AndABadFileTakesNobodyAway()
    {
        var (old, fresh) = (ApiToken.Create(), ApiToken.Create());
        File.WriteAllText(_file, $"alice admin {ApiToken.Hash(old)}\n");
        var tokens = new TokensFile(_file, _time, Every);

        File.WriteAllText(_file, $"alice admn {ApiToken.Hash(fresh)}\n");
        _time.Advance(Every);
        Assert.NotNull(tokens.Find(old));
        Assert.Contains("line 1: 'admn' is no role: expected viewer, submitter, admin", tokens.Problem, StringComparison.Ordinal);

        File.WriteAllText(_file, $"alice admin {ApiToken.Hash(fresh)}\n");
        _time.Advance(Every);
        Assert.Null(tokens.Find(old));
        Assert.NotNull(tokens.Find(fresh));
        Assert.Null(tokens.Problem);
    }

    [Fact]
    public void File_ThatOthersMayWriteTo_IsRefused()
    {
        File.WriteAllText(_file, $"alice admin {ApiToken.Hash(ApiToken.Create())}\n");
        File.SetUnixFileMode(_file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);

        var failure = Assert.Throws<FormatException>(() => new TokensFile(_file, _time, Every));

        Assert.Contains("others than its owner may write to it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_WithMistakes_NamesThemAll_AndRepeatsNoToken()
    {
        var token = ApiToken.Create();
        var hash = ApiToken.Hash(token);
        var text = $"alice admin\nbob boss {hash}\na/b viewer {hash}\ncarl viewer sha256:12\ndora viewer {token}\neve viewer {hash}\neva viewer {hash}\n";

        var failure = Assert.Throws<FormatException>(() => TokensText.Parse("t", Encoding.UTF8.GetBytes(text)));

        Assert.All((string[])["line 1: expected NAME ROLE", "line 2: 'boss' is no role", "line 3: the name 'a/b'",
            "line 4: of 'carl' the third part is no hash",
            "line 5: it has a token itself in it", "line 7: the token of 'eva' stands in an earlier line too"],
            part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
        Assert.DoesNotContain(token, failure.Message, StringComparison.Ordinal);
        Assert.Contains("it has no token", Assert.Throws<FormatException>(() => TokensText.Parse("t", [])).Message, StringComparison.Ordinal);
    }
}
