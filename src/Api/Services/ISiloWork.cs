namespace Sheaf.Api.Services;

/// <summary>
/// What only a silo can do: read data and checkpoints on its disks, compute with its devices. A silo does it itself, a gateway has a silo do it. Thread-safe.
/// </summary>
internal interface ISiloWork
{
    /// <summary>Checks a spec, its data, its model and the cluster's devices. Changes nothing.</summary>
    Task<V1.ValidateResponse> Validate(V1.ValidateRequest request, CancellationToken cancellationToken);

    /// <summary>Every line of an experiment's log that any silo wrote, in the order of time; while it is followed, those that come until it ends.</summary>
    Task Logs(V1.LogsRequest request, Func<V1.LogLine, Task> tell, CancellationToken cancellationToken);

    Task Audit(V1.AuditRequest request, Func<V1.AuditMessage, Task> tell, CancellationToken cancellationToken);

    Task Replay(V1.ReplayRequest request, Func<V1.ReplayMessage, Task> tell, CancellationToken cancellationToken);

    Task Download(V1.DownloadCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken);

    Task Export(V1.ExportCheckpointRequest request, Func<V1.CheckpointChunk, Task> tell, CancellationToken cancellationToken);

    Task Predict(V1.PredictRequest request, Func<V1.PredictMessage, Task> tell, CancellationToken cancellationToken);

    Task<V1.VerifyCheckpointResponse> Verify(V1.VerifyCheckpointRequest request, CancellationToken cancellationToken);
}
