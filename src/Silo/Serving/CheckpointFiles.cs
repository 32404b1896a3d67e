using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Sheaf.Api.Services;
using Sheaf.Records;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Serving;

/// <summary>Reads the files of checkpoints for clients. Thread-safe.</summary>
internal sealed class CheckpointFiles(KnownCheckpoints checkpoints, ICheckpointStore store)
{
    private const int ChunkBytes = 64 * 1024;

    public async Task Download(V1.DownloadCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken)
    {
        var known = await checkpoints.Of(request.ExperimentId);
        var checkpoint = request.HasStep ? At(known, request.ExperimentId, request.Step) : known.Count > 0 ? known[^1] : throw None(request.ExperimentId);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            foreach (var file in store.Files(checkpoint.Path))
            {
                await using var content = store.OpenFile(checkpoint.Path, file.Name);
                var first = true;
                int read;
                while ((read = await content.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false,
                    cancellationToken)) > 0 || first)
                {
                    var chunk = new V1.CheckpointChunk { Data = ByteString.CopyFrom(buffer, 0, read) };
                    if (first)
                    {
                        (chunk.File, chunk.Size, first) = (file.Name, content.Length, false);
                    }

                    await tell(chunk);
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

    public async Task<V1.VerifyCheckpointResponse> Verify(V1.VerifyCheckpointRequest request, CancellationToken cancellationToken)
    {
        var known = await checkpoints.Of(request.ExperimentId);
        var response = new V1.VerifyCheckpointResponse();
        foreach (var checkpoint in request.HasStep ? [At(known, request.ExperimentId, request.Step)] : known)
        {
            var found = await store.VerifyAsync(checkpoint.Path, cancellationToken);
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
}
