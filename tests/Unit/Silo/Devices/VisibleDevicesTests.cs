using Sheaf.Silo.Devices;

namespace Sheaf.Tests.Unit.Silo.Devices;

public sealed class VisibleDevicesTests
{
    [Theory]
    [InlineData("", "set and empty")]
    [InlineData("  ", "set and empty")]
    [InlineData("0,0", "names the GPU '0' twice")]
    [InlineData("GPU-1,gpu-1", "names the GPU 'GPU-1' twice")]
    [InlineData("GPU-11111111-2222-3333-4444-555555555555", "have these UUIDs")]
    [InlineData("0,none", "'none' is neither a number nor a UUID")]
    [InlineData("-1", "'-1' is neither a number nor a UUID")]
    [InlineData("7", "GPUs of these numbers")]
    public void Explain_SaysWhatTheVariableIs(string value, string said) => Assert.Contains(said, VisibleDevices.Explain(value), StringComparison.Ordinal);

    [Fact]
    public void Explain_OfNone_IsNothing() => Assert.Null(VisibleDevices.Explain(null));
}
