using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Telemetry;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>The checkpoints that the workers of a generation give on this silo: written beside the steps, and reported. Thread-safe.</summary>
internal sealed class GenerationCheckpoints
{
    private readonly AssignedGeneration _generation;
    private readonly HostServices _services;
    private readonly LeaseClock _lease;
    private readonly ReportBuffer _buffer;
    private readonly Func<CheckpointRecord, IReadOnlyDictionary<string, double>, Task> _late;
    private readonly Func<bool> _isWanted;
    private readonly CheckpointWriter _writer;
    private readonly Lock _gate = new();
    private bool _left;

    /// <param name="late">Takes a checkpoint that is written when the generation has ended here.</param>
    /// <param name="isWanted">Whether checkpoints of this generation may still be of use.</param>
    public GenerationCheckpoints(
        AssignedGeneration generation,
        HostServices services,
        LeaseClock lease,
        ReportBuffer buffer,
        Func<CheckpointRecord, IReadOnlyDictionary<string, double>, Task> late,
        Func<bool> isWanted)
    {
        (_generation, _services, _lease, _buffer, _late, _isWanted) = (generation, services, lease, buffer, late, isWanted);
        _writer = new(Write, Written, NotWritten, services.Options, services.Time);
    }

    /// <inheritdoc cref="CheckpointWriter.Idle"/>
    public Task Idle => _writer.Idle;

    /// <inheritdoc cref="CheckpointWriter.Add"/>
    public void Add(CheckpointSnapshot snapshot) => _writer.Add(snapshot);

    /// <summary>The generation ends here: what is written from now on is another one's to tell.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            _left = true;
        }

        _writer.End();
    }

    private Task<CheckpointRecord> Write(CheckpointSnapshot snapshot) => _services.Store.WriteAsync(
        _generation.Assignment.ExperimentId, snapshot, _generation.LeadingWorker, ThrowIfUseless, mayCreate: false);

    /// <summary>The last look before a checkpoint comes to be.</summary>
    private void ThrowIfUseless()
    {
        _lease.ThrowIfLapsed("no checkpoint is made");
        if (!_isWanted())
        {
            throw new OperationCanceledException($"Generation {_generation.Assignment.Generation} was stopped: no checkpoint is made.");
        }
    }

    private async Task Written(CheckpointRecord record, CheckpointSnapshot snapshot, TimeSpan duration)
    {
        _services.Meters.Checkpoint(duration, record.Bytes);
        _services.Traces.Checkpoint(_generation.Assignment.ExperimentId, record, duration);
        Log("info", $"checkpoint of step {record.Step}: {record.Bytes} bytes in {duration.TotalMilliseconds:F0} ms, {record.Path}");

        // Where evaluations decide, any checkpoint may turn out to be the last or the best.
        var mayBeTheResult = snapshot.Step == _generation.TotalSteps || _generation.Spec.EarlyStopping is not null;
        var values = mayBeTheResult ? FinalValues.Of(_generation.Spec, _generation.Facts, snapshot) : new Dictionary<string, double>();
        if (!TryTell(record, values))
        {
            await _late(record, values);
        }

        _services.Signal();
    }

    private bool TryTell(CheckpointRecord record, IReadOnlyDictionary<string, double> values)
    {
        lock (_gate)
        {
            if (!_left)
            {
                _buffer.Checkpoint(record, values);
            }

            return !_left;
        }
    }

    private void NotWritten(CheckpointFault fault)
    {
        _services.Meters.CheckpointFailed();
        Log("error", $"the checkpoint of step {fault.Step} could not be written and is tried again: {fault.Message}");
        _buffer.CheckpointFault(fault);
        _services.Signal();
    }

    private void Log(string level, string message) => _services.Logs.Write(_generation.Assignment.ExperimentId, RunLogs.Worker(0), level, message);
}
