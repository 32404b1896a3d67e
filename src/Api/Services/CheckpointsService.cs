using Grpc.Core;

namespace Sheaf.Api.Services;

internal sealed class CheckpointsService(KnownCheckpoints checkpoints, ISiloWork work) : V1.Checkpoints.CheckpointsBase
{
    public override async Task<V1.ListCheckpointsResponse> List(V1.ListCheckpointsRequest request, ServerCallContext context)
    {
        var response = new V1.ListCheckpointsResponse();
        response.Checkpoints.AddRange((await checkpoints.Of(request.ExperimentId)).Select(WireMap.Checkpoint));
        return response;
    }

    public override Task Download(V1.DownloadCheckpointRequest request, IServerStreamWriter<V1.CheckpointChunk> responseStream, ServerCallContext context) =>
        work.Download(request, chunk => responseStream.WriteAsync(chunk, context.CancellationToken), context.CancellationToken);

    public override Task Export(V1.ExportCheckpointRequest request, IServerStreamWriter<V1.CheckpointChunk> responseStream, ServerCallContext context) =>
        work.Export(request, chunk => responseStream.WriteAsync(chunk, context.CancellationToken), context.CancellationToken);

    public override Task<V1.VerifyCheckpointResponse> Verify(V1.VerifyCheckpointRequest request, ServerCallContext context) =>
        work.Verify(request, context.CancellationToken);
}
