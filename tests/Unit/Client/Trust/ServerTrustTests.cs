using Sheaf.Client.Failures;
using Sheaf.Client.Trust;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Unit.Client.Trust;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ServerTrustTests : IDisposable
{
    private static readonly Uri Server = new("https://gateway:7433");

    private readonly TestAuthority _authority = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public ServerTrustTests() => _variables["XDG_CONFIG_HOME"] = Path.Combine(_authority.Folder, "config");

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void KeptToken_GoesToItsServerAlone_AndNobodyElseMayReadTheFile()
    {
        var trust = Trust();
        trust.Kept.Keep(Server, new("sheaf_x", "alice"));

        Assert.Equal("sheaf_x", trust.TokenFor(new("https://GATEWAY:7433/")));
        Assert.Null(trust.TokenFor(new("https://gateway:7434")));
        Assert.Null(trust.TokenFor(new("http://gateway:7433")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(trust.Kept.Path!));
        Assert.True(trust.Kept.Forget(KeptTokens.Key(Server)) && !trust.Kept.Forget(KeptTokens.Key(Server)));
        Assert.Null(trust.TokenFor(Server));
    }

    [Fact]
    public void KeptTokens_ThatOthersCouldRead_AreNotUsed()
    {
        var trust = Trust();
        trust.Kept.Keep(Server, new("sheaf_x", "alice"));
        File.SetUnixFileMode(trust.Kept.Path!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var failure = Assert.Throws<CliException>(() => trust.TokenFor(Server));

        Assert.StartsWith($"chmod 600 {trust.Kept.Path}", failure.Todo, StringComparison.Ordinal);
    }

    [Fact]
    public void VariablesToken_GoesToTheServersThatTheUserNamed_NotToThoseThatAServerNames()
    {
        _variables["SHEAF_TOKEN"] = " sheaf_v \n";
        var trust = Trust();
        trust.Kept.Keep(Server, new("sheaf_x", "alice"));
        Assert.Equal("sheaf_x", trust.TokenFor(Server));

        trust.Name([Server]);

        Assert.Equal("sheaf_v", trust.TokenFor(Server));
        Assert.Null(trust.TokenFor(new("https://somebody-else:7433")));
    }

    [Fact]
    public void FileOfTheVariable_ThatHasNoEnd_IsNotReadOn()
    {
        _variables["SHEAF_TOKEN_FILE"] = "/dev/zero";
        var trust = Trust();
        trust.Name([Server]);

        Assert.Equal(ExitCode.BadUsage, Assert.Throws<CliException>(() => trust.TokenFor(Server)).ExitCode);
    }

    [Fact]
    public void FileOfTheVariable_IsRead_AndRefusedByItsNameAlone()
    {
        var file = Path.Combine(_authority.Folder, "token");
        File.WriteAllText(file, "sheaf_f\n");
        _variables["SHEAF_TOKEN_FILE"] = file;
        var trust = Trust();
        trust.Name([Server]);
        Assert.Equal("sheaf_f", trust.TokenFor(Server));

        File.WriteAllText(file, "sheaf_f sheaf_g");
        var failure = Assert.Throws<CliException>(() => trust.TokenFor(Server));

        Assert.Contains(file, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sheaf_g", failure.Message + failure.Why + failure.Todo, StringComparison.Ordinal);
        File.Delete(file);
        Assert.Contains("cannot be read", Assert.Throws<CliException>(() => trust.TokenFor(Server)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:7433", false, true)]
    [InlineData("http://[::1]:7433", false, true)]
    [InlineData("http://10.0.0.1:7433", false, false)]
    [InlineData("http://10.0.0.1:7433", true, true)]
    [InlineData("https://10.0.0.1:7433", false, true)]
    public void Token_IsNotSentWhereOthersCouldReadIt(string server, bool insecure, bool sent)
    {
        _variables["SHEAF_TOKEN"] = "sheaf_v";
        var trust = new ServerTrust(null, insecure, TimeProvider.System, Variable);
        trust.Name([new(server)]);

        var failure = Record.Exception(() => trust.TokenFor(new(server)));

        Assert.Equal(sent, failure is null);
        Assert.Equal(sent, failure is not CliException { ExitCode: ExitCode.BadUsage });
        Assert.DoesNotContain("sheaf_v", failure?.ToString() ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Authority_IsOfTheOption_OrOfTheVariable_AndABadOneIsNamed()
    {
        Assert.Null(Trust().Policy);
        _variables["SHEAF_CA"] = _authority.CaFile;
        Assert.Single(Trust().Policy!.CustomTrustStore);

        var failure = Assert.Throws<CliException>(() => new ServerTrust("/no/such/file", false, TimeProvider.System, Variable));

        Assert.StartsWith("--ca /no/such/file cannot be read", failure.Message, StringComparison.Ordinal);
    }

    private string? Variable(string name) => _variables.GetValueOrDefault(name);

    private ServerTrust Trust() => new(null, false, TimeProvider.System, Variable);
}
