using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Sheaf.Api.Security;

namespace Sheaf.Silo.Cluster;

/// <summary>What a silo asks other silos' API for: what lies on their disks. Thread-safe.</summary>
internal sealed class PeerApi(ISiloDirectory directory, IClusterMembershipService membership, PeerCalls calls, TimeProvider time)
{
    /// <summary>The log lines in data directories other than this silo's: one stream a directory.</summary>
    public async Task<IReadOnlyList<IAsyncEnumerable<V1.LogLine>>> Logs(V1.LogsRequest request, CancellationToken cancellationToken)
    {
        var local = request.Clone();
        local.Local = true;
        return (await Others(cancellationToken)).Select(silo => Logs(silo, local, cancellationToken)).ToArray();
    }

    /// <summary>A living silo for each data directory that is not this silo's.</summary>
    private async Task<IEnumerable<SiloRecord>> Others(CancellationToken cancellationToken)
    {
        if (directory.Self is not { } self)
        {
            return [];
        }

        var members = membership.CurrentSnapshot;
        return (await directory.All(cancellationToken))
            .Where(silo => silo.DataId != self.DataId && members.GetSiloStatus(silo.Address) == SiloStatus.Active)
            .DistinctBy(silo => silo.DataId);
    }

    /// <summary>A silo that cannot be read is named in a line of its own: its part is missing.</summary>
    private async IAsyncEnumerable<V1.LogLine> Logs(SiloRecord silo, V1.LogsRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var api = new V1.Experiments.ExperimentsClient(calls.To(silo.Grpc));
        using var call = api.Logs(request, cancellationToken: cancellationToken);
        while (true)
        {
            RpcException? failure = null;
            var more = false;
            try
            {
                more = await call.ResponseStream.MoveNext(cancellationToken);
            }
            catch (RpcException e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                failure = e;
            }

            if (failure is not null)
            {
                yield return new()
                {
                    Time = Timestamp.FromDateTimeOffset(time.GetUtcNow()),
                    Source = "logs",
                    Level = "warning",
                    Message = $"the rest of what silo '{silo.Name}' has written cannot be read: {failure.Status.Detail}",
                };
            }

            if (!more)
            {
                yield break;
            }

            yield return call.ResponseStream.Current;
        }
    }
}
