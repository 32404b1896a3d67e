using Sheaf.Surroundings.Security;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Unit.Surroundings.Security;

public sealed class CertificateFilesTests : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly TestAuthority _authority = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _told = [];

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Certificate_IsReadAnew_WhenTheFolderIsSwappedByALink_AsKubernetesDoes()
    {
        var (links, one, two) = (Sub("mount"), Sub("mount/..1"), Sub("mount/..2"));
        _authority.Issue("tls", folder: one);
        _authority.Issue("tls", folder: two);
        Directory.CreateSymbolicLink(Path.Combine(links, "..data"), "..1");
        File.CreateSymbolicLink(Path.Combine(links, "tls.pem"), "..data/tls.pem");
        File.CreateSymbolicLink(Path.Combine(links, "tls.key"), "..data/tls.key");
        var files = Files(Path.Combine(links, "tls.pem"), Path.Combine(links, "tls.key"));
        var before = files.Certificate.Thumbprint;

        Directory.Delete(Path.Combine(links, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(links, "..data"), "..2");

        Assert.Equal(before, files.Certificate.Thumbprint);
        _time.Advance(Every);
        Assert.NotEqual(before, files.Certificate.Thumbprint);
        Assert.Contains("changed and were read again", Assert.Single(_told), StringComparison.Ordinal);
    }

    /// <summary>Every file of certificates, keys and tokens is read here, and read again.</summary>
    [Theory]
    [InlineData("/dev/zero", "a device")]
    [InlineData("/dev/null", "a device")]
    [InlineData("pipe", "a pipe")]
    [InlineData("/tmp", "a folder")]
    public void FileThatIsNoRegularOne_IsRefusedUnopened(string name, string kind)
    {
        var path = name[0] == '/' ? name : Path.Combine(_authority.Folder, name);
        using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(_authority.Folder, "pipe"));
        made.WaitForExit();

        var failure = Assert.Throws<FormatException>(() => new ReloadedFiles<object>([("--tls", path)], contents => contents, _time, Every));

        Assert.Equal($"--tls {path} is {kind}, no regular file; give the path of a file.", failure.Message);
    }

    [Fact]
    public void Certificate_WithTheKeyOfAnother_IsNotUsed_AndTheOneBeforeIs_UntilTheyFit()
    {
        var (certificate, key) = _authority.Issue("tls");
        var files = Files(certificate, key);
        var before = files.Certificate.Thumbprint;

        File.Copy(_authority.Issue("other").Certificate, certificate, overwrite: true);
        _time.Advance(Every);

        Assert.Equal(before, files.Certificate.Thumbprint);
        Assert.Contains($"--tls-key {key}: expected the private key of the certificate {certificate}", files.Problem, StringComparison.Ordinal);
        File.Copy(Path.ChangeExtension(certificate, null)[..^3] + "other.key", key, overwrite: true);
        _time.Advance(Every);
        Assert.Null(files.Problem);
        Assert.NotEqual(before, files.Certificate.Thumbprint);
    }

    [Theory]
    [InlineData("certificate", "nonsense", "--tls-certificate", "expected a certificate in PEM form")]
    [InlineData("key", "-----BEGIN PRIVATE KEY-----\nMARKER\n-----END PRIVATE KEY-----", "--tls-key", "expected the private key")]
    [InlineData("key", null, "--tls-key", "cannot be read")]
    public void File_ThatCannotBeUsed_IsRefused_AndNothingOfItRepeated(string which, string? content, string option, string sentence)
    {
        var (certificate, key) = _authority.Issue("tls");
        var bad = which == "key" ? key : certificate;
        if (content is null)
        {
            File.Delete(bad);
        }
        else
        {
            File.WriteAllText(bad, content);
        }

        var failure = Assert.Throws<FormatException>(() => Files(certificate, key));

        Assert.StartsWith($"{option} {bad}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MARKER", failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Authority_KnowsItsOwnCertificates_AndNoOthers_AndBothWhileItIsReplaced()
    {
        using var other = new TestAuthority("Other CA");
        var authorities = new AuthorityFile(("--cluster-ca", _authority.CaFile), _time, Every);
        var (ours, theirs) = (Files(_authority.Issue("a")).Certificate, Files(other.Issue("b")).Certificate);

        Assert.True(authorities.Issued(ours, null, ofServer: true) && authorities.Issued(ours, null, ofServer: false));
        Assert.False(authorities.Issued(theirs, null, ofServer: true));
        Assert.False(authorities.Issued(null, null, ofServer: true));
        File.AppendAllText(_authority.CaFile, "\n" + File.ReadAllText(other.CaFile));
        _time.Advance(Every);
        Assert.True(authorities.Issued(ours, null, ofServer: false) && authorities.Issued(theirs, null, ofServer: false));
    }

    [Fact]
    public void Authority_DoesNotKnowACertificateThatHasEnded()
    {
        var authorities = new AuthorityFile(("--cluster-ca", _authority.CaFile), _time, Every);

        Assert.False(authorities.Issued(Files(_authority.Issue("old", TimeSpan.FromMinutes(-1))).Certificate, null, ofServer: true));
    }

    private CertificateFiles Files((string Certificate, string Key) issued) => Files(issued.Certificate, issued.Key);

    private CertificateFiles Files(string certificate, string key) => new(("--tls-certificate", certificate), ("--tls-key", key), _time, Every, _told.Add);

    private string Sub(string name) => Directory.CreateDirectory(Path.Combine(_authority.Folder, name)).FullName;
}
