using Grpc.Core;
using Grpc.Net.Client;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Client.Connections;

/// <summary>One server: a channel, its clients, and calls whose failures are explained.</summary>
internal sealed class ServerConnection : IDisposable
{
    /// <summary>Long enough for a server that reads and hashes the data of a spec; a call that takes longer has an unknown outcome.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(2);

    private readonly GrpcChannel _channel;
    private readonly TimeProvider _time;
    private readonly string _sheaf;

    /// <param name="server">http or https address.</param>
    /// <param name="time">For deadlines.</param>
    /// <param name="sheaf">The program's name, for hints.</param>
    public ServerConnection(Uri server, TimeProvider time, string sheaf)
    {
        Server = server;
        _time = time;
        _sheaf = sheaf;
        _channel = GrpcChannel.ForAddress(server, new GrpcChannelOptions { MaxReceiveMessageSize = 64 * 1024 * 1024 });
        Experiments = new Experiments.ExperimentsClient(_channel);
        Checkpoints = new Checkpoints.CheckpointsClient(_channel);
        Cluster = new Cluster.ClusterClient(_channel);
    }

    public Uri Server { get; }

    public Experiments.ExperimentsClient Experiments { get; }

    public Checkpoints.CheckpointsClient Checkpoints { get; }

    public Cluster.ClusterClient Cluster { get; }

    /// <summary>One call with a deadline. <paramref name="doing"/> completes "could not ..." in an error.</summary>
    public async Task<T> CallAsync<T>(string doing, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call(new CallOptions(deadline: _time.GetUtcNow().UtcDateTime + CallTimeout, cancellationToken: cancellation)).ResponseAsync;
        }
        catch (RpcException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Explain(failure, doing);
        }
    }

    /// <summary>A server's stream without a deadline, with explained failures.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string doing, Func<CallOptions, AsyncServerStreamingCall<T>> call, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var streaming = call(new CallOptions(cancellationToken: cancellation));
        while (await MoveNextAsync(streaming.ResponseStream, doing, cancellation))
        {
            yield return streaming.ResponseStream.Current;
        }
    }

    public CliException Explain(RpcException failure, string doing) => RpcFailures.Explain(failure, doing, Server, _sheaf);

    public void Dispose() => _channel.Dispose();

    private async Task<bool> MoveNextAsync<T>(IAsyncStreamReader<T> reader, string doing, CancellationToken cancellation)
    {
        try
        {
            return await reader.MoveNext(cancellation);
        }
        catch (RpcException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            throw Explain(failure, doing);
        }
    }
}
