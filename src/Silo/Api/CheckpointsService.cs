using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Sheaf.Contracts.Grains;
using Sheaf.Records;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Diagnosis;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Api;

internal sealed class CheckpointsService(IGrainFactory grains, ICheckpointStore store, TimeProvider time) : V1.Checkpoints.CheckpointsBase
{
    private const int ChunkBytes = 64 * 1024;

    public override async Task<V1.ListCheckpointsResponse> List(V1.ListCheckpointsRequest request, ServerCallContext context)
    {
        var response = new V1.ListCheckpointsResponse();
        response.Checkpoints.AddRange((await Known(request.ExperimentId)).Select(WireMap.Checkpoint));
        return response;
    }

    public override async Task Download(V1.DownloadCheckpointRequest request, IServerStreamWriter<V1.CheckpointChunk> responseStream, ServerCallContext context)
    {
        var known = await Known(request.ExperimentId);
        var checkpoint = request.HasStep ? At(known, request.ExperimentId, request.Step) : known.Count > 0 ? known[^1] : throw None(request.ExperimentId);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            foreach (var file in store.Files(checkpoint.Path))
            {
                await using var content = store.OpenFile(checkpoint.Path, file.Name);
                var first = true;
                int read;
                while ((read = await content.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, context.CancellationToken)) > 0 || first)
                {
                    var chunk = new V1.CheckpointChunk { Data = ByteString.CopyFrom(buffer, 0, read) };
                    if (first)
                    {
                        (chunk.File, chunk.Size, first) = (file.Name, content.Length, false);
                    }

                    await responseStream.WriteAsync(chunk, context.CancellationToken);
                }
            }
        }
        catch (CheckpointException e)
        {
            throw new RpcException(new(StatusCode.DataLoss, e.Message));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override async Task<V1.VerifyCheckpointResponse> Verify(V1.VerifyCheckpointRequest request, ServerCallContext context)
    {
        var known = await Known(request.ExperimentId);
        var response = new V1.VerifyCheckpointResponse();
        foreach (var checkpoint in request.HasStep ? [At(known, request.ExperimentId, request.Step)] : known)
        {
            var found = await store.VerifyAsync(checkpoint.Path, context.CancellationToken);
            response.Checkpoints.Add(
                new V1.VerifiedCheckpoint { Checkpoint = WireMap.Checkpoint(checkpoint), Intact = found.IsIntact, Problem = string.Join(' ', found.Problems) });
        }

        return response;
    }

    private static CheckpointRecord At(IReadOnlyList<CheckpointRecord> known, string id, long step) =>
        known.LastOrDefault(checkpoint => checkpoint.Step == step)
        ?? throw new RpcException(new(
            StatusCode.NotFound,
            $"Experiment '{id}' has no checkpoint of step {step}; "
                + $"it has {(known.Count == 0 ? "none" : "those of step " + string.Join(", ", known.Select(checkpoint => checkpoint.Step)))}."));

    private static RpcException None(string id) => new(new(StatusCode.NotFound, $"Experiment '{id}' has no checkpoint yet."));

    /// <summary>Those of the coordinator's record; where it does not answer soon, what it last told the experiment.</summary>
    private async Task<IReadOnlyList<CheckpointRecord>> Known(string id)
    {
        try
        {
            return await grains.GetGrain<ICoordinatorGrain>(Requests.Id(id)).Checkpoints().Within(WhyInquiry.Patience, time) ?? throw Requests.NotFound(id);
        }
        catch (Exception e) when (e is not RpcException)
        {
            return (await grains.GetGrain<IExperimentGrain>(id).Describe() ?? throw Requests.NotFound(id)).Checkpoints;
        }
    }
}
