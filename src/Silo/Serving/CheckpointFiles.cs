using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Sheaf.Api.Services;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Audits;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Models;
using Sheaf.Training.Onnx;
using Sheaf.Training.Weights;

namespace Sheaf.Silo.Serving;

/// <summary>Reads the files of checkpoints for clients. Thread-safe.</summary>
internal sealed class CheckpointFiles(KnownCheckpoints checkpoints, ICheckpointStore store, IGrainFactory grains)
{
    private const int ChunkBytes = 64 * 1024;

    public async Task Download(V1.DownloadCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken)
    {
        var known = await checkpoints.Of(request.ExperimentId);
        var checkpoint = request.HasStep ? At(known, request.ExperimentId, request.Step) : known.Count > 0 ? known[^1] : throw None(request.ExperimentId);
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            foreach (var file in await store.FilesAsync(checkpoint.Path, cancellationToken))
            {
                await using var content = await store.OpenFileAsync(checkpoint.Path, file.Name, cancellationToken);
                await Send(file.Name, content, buffer, tell, cancellationToken);
            }
        }
        catch (CheckpointException e)
        {
            throw Unreadable(e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The weights, or the model with them, as one file that other programs read; every byte of them is verified first.</summary>
    public async Task Export(ExperimentView view, V1.ExportCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken)
    {
        var checkpoint = await Wanted(view, request.HasStep ? request.Step : null);
        var snapshot = await Read(checkpoint, cancellationToken);
        using var file = new MemoryStream();
        switch (request.Format)
        {
            case V1.WeightsFormat.Safetensors:
                Safetensors.Write(file, snapshot.Weights);
                break;
            case V1.WeightsFormat.Pt:
                PtFile.Write(file, snapshot.Weights);
                break;
            case V1.WeightsFormat.Onnx:
                await WriteOnnx(file, view, snapshot);
                break;
            default:
                throw new RpcException(new(StatusCode.InvalidArgument, $"The format {request.Format} is not known; allowed: safetensors, pt, onnx."));
        }

        file.Position = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            await Send($"{view.Run.Id}-step-{checkpoint.Step}.{request.Format.ToString().ToLowerInvariant()}", file, buffer, tell, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The checkpoint of a step; without one the best where training looks for it (early stopping), however it ended, or else the latest.</summary>
    public async Task<CheckpointRecord> Wanted(ExperimentView view, long? step)
    {
        var known = await checkpoints.Of(view.Run.Id);
        return step is { } wanted
            ? At(known, view.Run.Id, wanted)
            : known.LastOrDefault(checkpoint => checkpoint.Step == view.Run.Decisions?.BestStep) ?? (known.Count > 0 ? known[^1] : throw None(view.Run.Id));
    }

    public async Task<CheckpointSnapshot> Read(CheckpointRecord checkpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReadAsync(checkpoint.Path, cancellationToken);
        }
        catch (CheckpointException e)
        {
            throw Unreadable(e);
        }
    }

    private async Task WriteOnnx(Stream file, ExperimentView view, CheckpointSnapshot snapshot)
    {
        var definition = await RunMaterial.Definition(view, grains);
        try
        {
            OnnxModel.Write(file, definition.Spec, ModelShapes.Plan(definition.Spec, definition.Facts), snapshot.Weights);
        }
        catch (NotSupportedException e)
        {
            throw new RpcException(new(StatusCode.FailedPrecondition, e.Message));
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
                new V1.VerifiedCheckpoint
                {
                    Checkpoint = WireMap.Checkpoint(checkpoint), Intact = found.IsIntact, Away = found.IsAway, Problem = string.Join(' ', found.Problems),
                });
        }

        return response;
    }

    /// <summary>A checkpoint that is not there may be on a mount that is away for a moment, or on another silo: that is no loss of data.</summary>
    private static RpcException Unreadable(CheckpointException e) =>
        new(new(e.IsAway ? StatusCode.Unavailable : StatusCode.DataLoss, e.IsAway ? $"{e.Message} Is its file system mounted?" : e.Message));

    private static async Task Send(string name, Stream content, byte[] buffer, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken)
    {
        var first = true;
        int read;
        while ((read = await content.ReadAtLeastAsync(buffer.AsMemory(0, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, cancellationToken)) > 0 || first)
        {
            var chunk = new V1.CheckpointChunk { Data = ByteString.CopyFrom(buffer, 0, read) };
            if (first)
            {
                (chunk.File, chunk.Size, first) = (name, content.Length, false);
            }

            await tell(chunk);
        }
    }

    private static CheckpointRecord At(IReadOnlyList<CheckpointRecord> known, string id, long step) =>
        known.LastOrDefault(checkpoint => checkpoint.Step == step)
        ?? throw new RpcException(new(
            StatusCode.NotFound,
            $"Experiment '{id}' has no checkpoint of step {step}; "
                + $"it has {(known.Count == 0 ? "none" : "those of step " + string.Join(", ", known.Select(checkpoint => checkpoint.Step)))}."));

    private static RpcException None(string id) => new(new(StatusCode.NotFound, $"Experiment '{id}' has no checkpoint yet."));
}
