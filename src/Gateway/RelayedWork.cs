using Grpc.Core;
using Sheaf.Api.Cluster;
using Sheaf.Api.Security;
using Sheaf.Api.Services;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Gateway;

/// <summary>
/// Has a silo do what only a silo can, by the same call of its API: one after the other, until one can be reached. A stream of which a part was told is not
/// begun again. Thread-safe.
/// </summary>
internal sealed class RelayedWork(IClusterLook look, PeerCalls calls) : ISiloWork
{
    private int _turn;

    public Task<V1.ValidateResponse> Validate(V1.ValidateRequest request, CancellationToken cancellationToken) =>
        Ask(silo => new V1.Experiments.ExperimentsClient(silo).ValidateAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);

    public Task Logs(V1.LogsRequest request, Func<V1.LogLine, Task> tell, CancellationToken cancellationToken) =>
        Relay(silo => new V1.Experiments.ExperimentsClient(silo).Logs(request, cancellationToken: cancellationToken), tell, cancellationToken);

    public Task Audit(V1.AuditRequest request, Func<V1.AuditMessage, Task> tell, CancellationToken cancellationToken) =>
        Relay(silo => new V1.Experiments.ExperimentsClient(silo).Audit(request, cancellationToken: cancellationToken), tell, cancellationToken);

    public Task Replay(V1.ReplayRequest request, Func<V1.ReplayMessage, Task> tell, CancellationToken cancellationToken) =>
        Relay(silo => new V1.Experiments.ExperimentsClient(silo).Replay(request, cancellationToken: cancellationToken), tell, cancellationToken);

    public Task Download(V1.DownloadCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken) =>
        Relay(silo => new V1.Checkpoints.CheckpointsClient(silo).Download(request, cancellationToken: cancellationToken), tell, cancellationToken);

    public Task Export(V1.ExportCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken) =>
        Relay(silo => new V1.Checkpoints.CheckpointsClient(silo).Export(request, cancellationToken: cancellationToken), tell, cancellationToken);

    public Task Predict(V1.PredictRequest request, Func<V1.PredictMessage, Task> tell, CancellationToken cancellationToken) =>
        Relay(silo => new V1.Experiments.ExperimentsClient(silo).Predict(request, cancellationToken: cancellationToken), tell, cancellationToken);

    public Task<V1.VerifyCheckpointResponse> Verify(V1.VerifyCheckpointRequest request, CancellationToken cancellationToken) =>
        Ask(silo => new V1.Checkpoints.CheckpointsClient(silo).VerifyAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);

    private async Task<T> Ask<T>(Func<CallInvoker, Task<T>> call, CancellationToken cancellationToken)
    {
        RpcException? last = null;
        foreach (var silo in await Silos(cancellationToken))
        {
            try
            {
                return await call(silo);
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && !cancellationToken.IsCancellationRequested)
            {
                last = e;
            }
        }

        throw last ?? Nobody();
    }

    private async Task Relay<T>(Func<CallInvoker, AsyncServerStreamingCall<T>> call, Func<T, Task> tell, CancellationToken cancellationToken)
    {
        RpcException? last = null;
        foreach (var silo in await Silos(cancellationToken))
        {
            var told = false;
            try
            {
                using var streaming = call(silo);
                while (await streaming.ResponseStream.MoveNext(cancellationToken))
                {
                    told = true;
                    await tell(streaming.ResponseStream.Current);
                }

                return;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable && !told && !cancellationToken.IsCancellationRequested)
            {
                last = e;
            }
        }

        throw last ?? Nobody();
    }

    /// <summary>Those that are active, each time beginning with another one.</summary>
    private async Task<IReadOnlyList<CallInvoker>> Silos(CancellationToken cancellationToken)
    {
        var cluster = await look.Look(cancellationToken);
        var active = cluster.Members.Where(member => member.Status == MemberStatus.Active).Select(member => member.Address).ToHashSet(StringComparer.Ordinal);
        var silos = cluster.Places.Where(place => place.Grpc.Length > 0 && active.Contains(place.Address)).Select(place => place.Grpc).ToArray();
        var first = silos.Length == 0 ? 0 : (int)((uint)Interlocked.Increment(ref _turn) % (uint)silos.Length);
        return silos[first..].Concat(silos[..first]).Select(address => calls.To(address)).ToArray();
    }

    private static RpcException Nobody() => new(new(StatusCode.Unavailable, "No silo of the cluster says where its API is. Repeat the call: it does no harm."));
}
