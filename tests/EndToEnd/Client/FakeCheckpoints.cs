using Grpc.Core;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

internal sealed class FakeCheckpoints : Checkpoints.CheckpointsBase
{
    public IReadOnlyList<VerifiedCheckpoint> Kept { get; set; } = [];

    public IReadOnlyList<CheckpointChunk> Chunks { get; set; } = [];

    /// <summary>What was asked for last.</summary>
    public ExportCheckpointRequest? Exported { get; private set; }

    public override Task<ListCheckpointsResponse> List(ListCheckpointsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListCheckpointsResponse { Checkpoints = { Kept.Select(c => c.Checkpoint) } });

    public override Task<VerifyCheckpointResponse> Verify(VerifyCheckpointRequest request, ServerCallContext context) =>
        Task.FromResult(new VerifyCheckpointResponse { Checkpoints = { Kept.Where(c => !request.HasStep || c.Checkpoint.Step == request.Step) } });

    public override async Task Export(ExportCheckpointRequest request, IServerStreamWriter<CheckpointChunk> responseStream, ServerCallContext context)
    {
        Exported = request;
        foreach (var chunk in Chunks)
        {
            await responseStream.WriteAsync(chunk, context.CancellationToken);
        }
    }

    public override async Task Download(DownloadCheckpointRequest request, IServerStreamWriter<CheckpointChunk> responseStream, ServerCallContext context)
    {
        foreach (var chunk in Chunks)
        {
            await responseStream.WriteAsync(chunk, context.CancellationToken);
        }
    }
}
