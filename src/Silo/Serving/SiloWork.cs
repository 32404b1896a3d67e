using Sheaf.Api.Services;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Audits;
using Sheaf.Silo.Datasets;

namespace Sheaf.Silo.Serving;

/// <summary>Does what only a silo can do for the API. Thread-safe.</summary>
internal sealed class SiloWork(
    IGrainFactory grains, ISubmissionCheck check, ExperimentLog log, LedgerAudit audit, StepReplay replay, CheckpointFiles checkpoints,
    RowPredictions predictions) : ISiloWork
{
    public async Task<V1.ValidateResponse> Validate(V1.ValidateRequest request, CancellationToken cancellationToken)
    {
        var command = new SubmitCommand { ExperimentId = "", SpecYaml = request.SpecYaml, BasePath = Requests.BasePath(request.BasePath) };
        var submission = await check.Check(command, cancellationToken);
        var response = new V1.ValidateResponse();
        response.Violations.AddRange(submission.Violations.Select(WireMap.Violation));
        return response;
    }

    public async Task Logs(V1.LogsRequest request, Func<V1.LogLine, Task> tell, CancellationToken cancellationToken) =>
        await log.Tell((await View(request.ExperimentId)).Run.Id, request, tell, cancellationToken);

    public async Task Audit(V1.AuditRequest request, Func<V1.AuditMessage, Task> tell, CancellationToken cancellationToken) =>
        await audit.Run(await View(request.ExperimentId), tell, cancellationToken);

    public async Task Replay(V1.ReplayRequest request, Func<V1.ReplayMessage, Task> tell, CancellationToken cancellationToken) =>
        await replay.Run(await View(request.ExperimentId), request.Step, tell, cancellationToken);

    public Task Download(V1.DownloadCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken) =>
        checkpoints.Download(request, tell, cancellationToken);

    public async Task Export(V1.ExportCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken) =>
        await checkpoints.Export(await View(request.ExperimentId), request, tell, cancellationToken);

    public async Task Predict(V1.PredictRequest request, Func<V1.PredictMessage, Task> tell, CancellationToken cancellationToken) =>
        await predictions.Run(await View(request.ExperimentId), request, tell, cancellationToken);

    public Task<V1.VerifyCheckpointResponse> Verify(V1.VerifyCheckpointRequest request, CancellationToken cancellationToken) =>
        checkpoints.Verify(request, cancellationToken);

    private async Task<ExperimentView> View(string id) => await grains.GetGrain<IExperimentGrain>(Requests.Id(id)).Describe() ?? throw Requests.NotFound(id);
}
