using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;

namespace Sheaf.Tests.Interop.Grpc;

/// <summary>
/// A client that is not .NET (Debian's python3-grpcio, on gRPC's C core) against the official server on compat. Needs Debian's packages
/// python3-grpcio and python3-protobuf; without them the tests fail and say so.
/// </summary>
public sealed class PythonClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private EchoServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await EchoServer.StartAsync(Token);

    public async ValueTask DisposeAsync()
    {
        var problems = await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
        Assert.True(problems.Count == 0, string.Join("\n", problems));
    }

    [Fact]
    public async Task Unary_EnsureAnswerAndMetadataBothWays()
    {
        var seen = await RunAsync("unary");
        Assert.Equal("hello", seen.GetProperty("text").GetString());
        foreach (var place in new[] { "headers", "trailers" })
        {
            Assert.Equal("plain", seen.GetProperty(place).GetProperty("x-text").GetString());
            Assert.Equal("00ff800a0d", seen.GetProperty(place).GetProperty("x-bytes-bin").GetString());
        }
    }

    [Fact]
    public async Task ServerStreaming_EnsureAllInOrder() =>
        Assert.Equal(Enumerable.Range(0, 100), (await RunAsync("server_streaming")).GetProperty("counts").EnumerateArray().Select(e => e.GetInt32()));

    [Fact]
    public async Task ClientStreaming_EnsureAllCollected() =>
        Assert.Equal("one two three", (await RunAsync("client_streaming")).GetProperty("text").GetString());

    [Fact]
    public async Task Duplex_EnsureEachAnswered() =>
        Assert.Equal(["ping", "pong"], (await RunAsync("duplex")).GetProperty("texts").EnumerateArray().Select(e => e.GetString()));

    [Fact]
    public async Task Deadline_EnsureExceededAndSeenByServer()
    {
        Assert.Equal("DEADLINE_EXCEEDED", (await RunAsync("deadline")).GetProperty("code").GetString());
        await _server.Probe.Cancelled.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task ClientCancels_EnsureServerSeesIt()
    {
        Assert.Equal("CANCELLED", (await RunAsync("cancel")).GetProperty("code").GetString());
        await _server.Probe.Cancelled.Task.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task ServerCancels_EnsureClientSeesIt() =>
        Assert.Equal("CANCELLED", (await RunAsync("server_cancels")).GetProperty("code").GetString());

    [Fact]
    public async Task Failure_EnsureStatusWithDetailsArrives()
    {
        var seen = await RunAsync("failure");
        Assert.Equal("FAILED_PRECONDITION", seen.GetProperty("code").GetString());
        Assert.Equal("generation 3 is stale \u2713", seen.GetProperty("message").GetString());
        Assert.Equal((int)StatusCode.FailedPrecondition, seen.GetProperty("rich_code").GetInt32());
        Assert.Equal(["a", "b"], seen.GetProperty("violations").EnumerateArray().Select(e => e.GetString()));
    }

    [Theory]
    [InlineData("over_the_servers_limit")]
    [InlineData("over_the_clients_limit")]
    public async Task MessageOverALimit_EnsureResourceExhausted(string scenario) =>
        Assert.Equal("RESOURCE_EXHAUSTED", (await RunAsync(scenario)).GetProperty("code").GetString());

    [Fact]
    public async Task UnknownMethod_EnsureUnimplemented() => Assert.Equal("UNIMPLEMENTED", (await RunAsync("unknown_method")).GetProperty("code").GetString());

    [Fact]
    public async Task CompressedMessages_EnsureSameBytesBothWays() => Assert.Equal(50_000, (await RunAsync("compressed")).GetProperty("length").GetInt32());

    private async Task<JsonElement> RunAsync(string scenario)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Grpc", "echo_client.py"));
        start.ArgumentList.Add(new Uri(_server.Address).Authority);
        start.ArgumentList.Add(Convert.ToBase64String(EchoServer.DescriptorSet));
        start.ArgumentList.Add(scenario);
        Assert.True(File.Exists(start.FileName), "This test needs Python: apt-get install python3-grpcio python3-protobuf");
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(Token);
            var errors = process.StandardError.ReadToEndAsync(Token);
            await process.WaitForExitAsync(Token).WaitAsync(Guard, Token);
            Assert.True(
                process.ExitCode == 0,
                $"echo_client.py {scenario} ended with {process.ExitCode} (it needs: apt-get install python3-grpcio python3-protobuf):\n{await errors}");
            return JsonDocument.Parse(await output).RootElement;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
