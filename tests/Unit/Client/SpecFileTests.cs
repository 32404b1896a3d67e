using Sheaf.Client.Failures;
using Sheaf.Client.Specs;

namespace Sheaf.Tests.Unit.Client;

public sealed class SpecFileTests
{
    [Theory]
    [InlineData("/dev/zero", "has more than 8 MiB")]
    [InlineData("/proc/self", "")]
    [InlineData("/no/such/spec.yaml", "")]
    public void Load_EnsureWhatIsNoSpecFileEndsAsBadUsage(string path, string why)
    {
        var failure = Assert.Throws<CliException>(() => SpecFile.Load(path, []));
        Assert.Equal(ExitCode.BadUsage, failure.ExitCode);
        Assert.Contains(why, failure.Why ?? "", StringComparison.Ordinal);
    }
}
