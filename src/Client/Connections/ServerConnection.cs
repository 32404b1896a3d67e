using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Sheaf.Client.Failures;
using Sheaf.Client.Trust;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Connections;

/// <summary>One server at a time: a channel, its clients, and calls whose failures are explained. Not thread-safe.</summary>
internal sealed class ServerConnection : IDisposable
{
    /// <summary>Long enough for a server that reads and hashes the data of a spec; a call that takes longer has an unknown outcome.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromMinutes(2);

    /// <summary>Longer than the cluster needs to find out that a silo is dead.</summary>
    private static readonly TimeSpan RepeatFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LearnWithin = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly string _sheaf;
    private readonly IServerSource _source;
    private readonly bool _forPeople;
    private readonly ServerTrust _trust;
    private readonly string? _token;
    private GrpcChannel _channel;
    private IReadOnlyList<Uri> _learned = [];

    /// <param name="server">http or https address.</param>
    /// <param name="time">For deadlines.</param>
    /// <param name="sheaf">The program's name, for hints.</param>
    /// <param name="forPeople">Whether the answers are shown to people, so that nothing in them may act on a terminal.</param>
    /// <param name="source">Where another server is when this one is lost. Null: there is no other.</param>
    /// <param name="trust">Which authorities are trusted, and which token is sent to which server. Null: those of the system, and no token.</param>
    /// <param name="token">Shown to this server in place of what was kept.</param>
    public ServerConnection(
        Uri server, TimeProvider time, string sheaf, bool forPeople, IServerSource? source = null, ServerTrust? trust = null, string? token = null)
    {
        (_trust, _token) = (trust ?? ServerTrust.None, token);
        _forPeople = forPeople;
        _time = time;
        _sheaf = sheaf;
        _source = source ?? new OneServer(server, "");
        Open(server);
    }

    public Uri Server { get; private set; }

    public Experiments.ExperimentsClient Experiments { get; private set; }

    public Checkpoints.CheckpointsClient Checkpoints { get; private set; }

    public Cluster.ClusterClient Cluster { get; private set; }

    public Packages.PackagesClient Packages { get; private set; }

    /// <summary>A connection to a server of the source that answers; where the source names one only, to that one.</summary>
    /// <exception cref="CliException">None answers.</exception>
    public static async Task<ServerConnection> OpenAsync(
        IServerSource source, TimeProvider time, string sheaf, bool forPeople, ServerTrust trust, CancellationToken cancellation)
    {
        if (source is OneServer one)
        {
            trust.Name([one.Server]);
            return new(one.Server, time, sheaf, forPeople, source, trust);
        }

        var candidates = await source.CandidatesAsync(cancellation);
        trust.Name(candidates);
        var server = await LiveServer.FirstAsync(candidates, null, trust, time, cancellation) ?? throw new CliException(
            ExitCode.Unreachable,
            $"no silo of {source.Description} answers",
            candidates.Count == 0 ? "it knows of none that is active" : $"asked {string.Join(", ", candidates.Select(RpcFailures.Show))}",
            $"start one: {sheaf} cluster up, or {sheaf} silo --cluster CONNECTION");
        return new(server, time, sheaf, forPeople, source, trust);
    }

    /// <summary>Learns where the cluster's other silos are, for the time when this one is gone, where the source does not know. Never fails.</summary>
    public async Task LearnAsync(CancellationToken cancellation)
    {
        if (_source is not OneServer)
        {
            return;
        }

        try
        {
            var cluster = await Cluster.DescribeAsync(
                new DescribeClusterRequest(), new CallOptions(deadline: _time.GetUtcNow().UtcDateTime + LearnWithin, cancellationToken: cancellation));
            _learned = [.. cluster.Silos.Where(silo => silo.Grpc.Length > 0).Select(silo => new Uri(silo.Grpc))];
        }
        catch (RpcException)
        {
            // Then there is only the source.
        }
    }

    /// <summary>Goes over to another server that answers, where there is one. The clients are new ones then.</summary>
    public async Task TryAnotherAsync(CancellationToken cancellation)
    {
        IReadOnlyList<Uri> known;
        try
        {
            known = await _source.CandidatesAsync(cancellation);
            _trust.Name(known);
        }
        catch (CliException)
        {
            known = [];
        }

        if (await LiveServer.FirstAsync([.. known, .. _learned], Proxy, _trust, _time, cancellation) is { } server && server != Server)
        {
            _channel.Dispose();
            Open(server);
        }
    }

    /// <summary>
    /// One call with a deadline; while a part of the cluster moves to another silo, it is repeated (every call may be), for some seconds. <paramref
    /// name="doing"/> completes "could not ..." in an error.
    /// </summary>
    public async Task<T> CallAsync<T>(string doing, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellation)
    {
        if (_source is OneServer)
        {
            return await CallOnceAsync(doing, call, cancellation);
        }

        // Nothing tells a client that a server is back.
        var again = false;
        return await Retries.Steady(_time, RepeatFor, RepeatAfter, e => e.InnerException is RpcException rpc && RpcFailures.IsPassing(rpc))
            .ExecuteAsync(async token =>
            {
                if (again)
                {
                    await TryAnotherAsync(token);
                }

                again = true;
                return await CallOnceAsync(doing, call, token);
            }, cancellation);
    }

    /// <summary>One call with a deadline, not repeated.</summary>
    public async Task<T> CallOnceAsync<T>(string doing, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellation)
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
        string doing, Func<CallOptions, AsyncServerStreamingCall<T>> call,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var streaming = call(new CallOptions(cancellationToken: cancellation));
        while (await MoveNextAsync(streaming.ResponseStream, doing, cancellation))
        {
            yield return streaming.ResponseStream.Current;
        }
    }

    private Uri? Proxy => (_source as OneServer)?.Proxy;

    public CliException Explain(RpcException failure, string doing) => RpcFailures.Explain(failure, doing, Server, _sheaf);

    public void Dispose() => _channel.Dispose();

    [MemberNotNull(nameof(_channel), nameof(Server), nameof(Experiments), nameof(Checkpoints), nameof(Cluster), nameof(Packages))]
    private void Open(Uri server)
    {
        Server = server;
        (_channel, var invoker) = Channels.Open(server, Proxy, _trust, _token);
        var calls = _forPeople ? invoker.Intercept(new PrintableAnswers()) : invoker;
        Experiments = new Experiments.ExperimentsClient(calls);
        Checkpoints = new Checkpoints.CheckpointsClient(calls);
        Cluster = new Cluster.ClusterClient(calls);
        Packages = new Packages.PackagesClient(calls);
    }

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
