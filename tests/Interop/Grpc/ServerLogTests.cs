using Grpc.Core;

namespace Sheaf.Tests.Interop.Grpc;

public sealed class ServerLogTests
{
    /// <summary>Shows that the clean logs of the other tests mean something: a handler's own fault is an error in the log.</summary>
    [Fact]
    public async Task HandlersFault_EnsureUnknownForTheClientAndLogged()
    {
        await using var server = await EchoServer.StartAsync(TestContext.Current.CancellationToken);
        using var channel = server.Open();
        var fault = new Text { Text_ = EchoService.Fault };
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await new Echo.EchoClient(channel).SayAsync(fault, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.Unknown, error.StatusCode);
        Assert.Contains("a fault of the handler's own", Assert.Single(await server.StopAsync(TestContext.Current.CancellationToken)), StringComparison.Ordinal);
    }
}
