using System.Net;
using System.Net.Sockets;
using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class EndpointsTests
{
    [Theory]
    [InlineData("127.0.0.1:7433", "127.0.0.1:7433")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:65535", "0.0.0.0:65535")]
    [InlineData("[::1]:7433", "[::1]:7433")]
    [InlineData("[2001:db8::7]:1", "[2001:db8::7]:1")]
    public void Parse_ReadsAnAddressAndAPort(string text, string expected) => Assert.Equal(expected, Endpoints.Parse("--listen", text).ToString());

    [Theory]
    [InlineData("::1:7599", "in brackets: [::1]:7599")]
    [InlineData("2001:db8::7:7599", "in brackets: [2001:db8::7]:7599")]
    [InlineData("::1", "in brackets: [::1]:7433")]
    [InlineData("[::1]", "expected an address and a port")]
    [InlineData("[::1]:", "expected an address and a port")]
    [InlineData("[127.0.0.1]:80", "expected an address and a port")]
    [InlineData("[[::1]]:80", "expected an address and a port")]
    [InlineData("", "''")]
    [InlineData(":7433", "expected an address and a port")]
    [InlineData("7433", "expected an address and a port")]
    [InlineData("1:7433", "expected an address and a port")]
    [InlineData("127.1:7433", "expected an address and a port")]
    [InlineData("010.0.0.1:7433", "expected an address and a port")]
    [InlineData("127.0.0.1:65536", "expected an address and a port")]
    [InlineData("127.0.0.1:-1", "expected an address and a port")]
    [InlineData("127.0.0.1:+1", "expected an address and a port")]
    [InlineData("127.0.0.1: 1", "expected an address and a port")]
    [InlineData("http://127.0.0.1:1", "expected an address and a port")]
    [InlineData("silo.example:1", "expected an address and a port")]
    public void Parse_OfWhatIsNoAddress_SaysWhatIsMeantOrAllowed(string text, string said)
    {
        var failure = Assert.Throws<FormatException>(() => Endpoints.Parse("--listen", text));

        Assert.StartsWith("--listen ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:7000")]
    [InlineData("[::ffff:0.0.0.0]:7000")]
    public void ParseReachable_OfAllAddresses_IsRefused(string text) =>
        Assert.Contains(
            "not all addresses", Assert.Throws<FormatException>(() => Endpoints.ParseReachable("--data-endpoint", text)).Message, StringComparison.Ordinal);

    [Fact]
    public void DemandFree_OfATakenPort_NamesTheOption()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        var taken = (IPEndPoint)other.LocalEndPoint!;

        var failure = Assert.Throws<FormatException>(() => Endpoints.DemandFree([("--listen", new(IPAddress.Loopback, 0)), ("--http", taken)]));

        Assert.StartsWith($"--http {taken} is taken", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DemandFree_OfOnePortForTwo_IsRefused()
    {
        var free = Endpoints.WithFreePort(new(IPAddress.Loopback, 0));

        Assert.StartsWith(
            $"--http {free} is taken",
            Assert.Throws<FormatException>(() => Endpoints.DemandFree([("--listen", free), ("--http", free)])).Message,
            StringComparison.Ordinal);
        Endpoints.DemandFree([("--listen", free)]);
    }

    [Fact]
    public void DemandFree_OfAnotherMachinesAddress_SaysSo() =>
        Assert.Contains(
            "no address of this machine",
            Assert.Throws<FormatException>(() => Endpoints.DemandFree([("--listen", IPEndPoint.Parse("192.0.2.1:7433"))])).Message,
            StringComparison.Ordinal);
}
