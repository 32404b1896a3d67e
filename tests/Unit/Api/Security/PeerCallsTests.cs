using Sheaf.Api.Security;

namespace Sheaf.Tests.Unit.Api.Security;

public sealed class PeerCallsTests
{
    [Theory]
    [InlineData("https://10.0.0.1:7433", false, true)]
    [InlineData("http://127.0.0.1:7433", false, true)]
    [InlineData("http://10.0.0.1:7433", false, false)]
    [InlineData("http://10.0.0.1:7433", true, true)]
    public void CallersToken_IsNotPassedOnWhereOthersCouldReadIt(string server, bool insecure, bool passed) =>
        Assert.Equal(passed, PeerCalls.MayHaveTokens(new(server), new() { Insecure = insecure }));
}
