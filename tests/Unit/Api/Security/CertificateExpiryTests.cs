using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Unit.Api.Security;

public sealed class CertificateExpiryTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(90, 8, null)]
    [InlineData(90, 6, "ends at ")]
    [InlineData(90, -1, "ended at ")]
    [InlineData(1, 0.5, null)]
    [InlineData(1, 0.1, "ends at ")]
    public void Trouble_IsToldAWeekBefore_OrInTheLastFifthOfAShortLife(double lifeDays, double leftDays, string? told)
    {
        var (certificate, key) = _authority.Issue("tls", TimeSpan.FromDays(lifeDays));
        var shown = new CertificateFiles(("--tls-certificate", certificate), ("--tls-key", key), TimeProvider.System, TimeSpan.Zero).Certificate;
        var now = new DateTimeOffset(shown.NotAfter) - TimeSpan.FromDays(leftDays);

        var trouble = CertificateExpiry.Trouble("--tls-certificate", shown, now, new SecurityOptions().ExpiryNotice);

        Assert.Equal(told is null, trouble is null);
        Assert.Contains(told ?? "", trouble ?? "", StringComparison.Ordinal);
        Assert.Equal(leftDays, CertificateExpiry.Left(shown, now).TotalDays, 6);
    }
}
