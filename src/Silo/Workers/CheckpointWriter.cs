using Sheaf.Contracts.Messages;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Writes the checkpoints of one run beside its steps, one after the other. Every one is written: where steps are faster than the disk,
/// <see cref="Add"/> waits, so that at most <see cref="MostWaiting"/> snapshots are in memory beside the one that is being written. Thread-safe.
/// </summary>
internal sealed class CheckpointWriter(
    Func<CheckpointSnapshot, Task<CheckpointRecord>> write,
    Action<CheckpointRecord, CheckpointSnapshot, TimeSpan> written,
    Action<CheckpointFault> failed,
    TimeProvider time)
{
    public const int MostWaiting = 1;

    private readonly object _gate = new();
    private readonly Queue<CheckpointSnapshot> _waiting = new();
    private Task _writing = Task.CompletedTask;
    private bool _busy;

    /// <summary>Done when nothing is being written.</summary>
    public Task Idle
    {
        get
        {
            lock (_gate)
            {
                return _writing;
            }
        }
    }

    /// <summary>Returns at once, unless the disk is behind.</summary>
    public void Add(CheckpointSnapshot snapshot)
    {
        lock (_gate)
        {
            while (_waiting.Count >= MostWaiting)
            {
                Monitor.Wait(_gate);
            }

            _waiting.Enqueue(snapshot);
            if (!_busy)
            {
                _busy = true;
                _writing = Task.Run(WriteAll);
            }
        }
    }

    private async Task WriteAll()
    {
        while (Next() is { } snapshot)
        {
            var begun = time.GetTimestamp();
            try
            {
                var record = await write(snapshot);
                written(record, snapshot, time.GetElapsedTime(begun));
            }
            catch (Exception e)
            {
                failed(new() { Step = snapshot.Step, Message = e.Message });
            }
        }
    }

    private CheckpointSnapshot? Next()
    {
        lock (_gate)
        {
            _busy = _waiting.TryDequeue(out var next);
            Monitor.PulseAll(_gate);
            return next;
        }
    }
}
