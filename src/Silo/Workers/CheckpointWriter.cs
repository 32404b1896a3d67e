using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Writes the checkpoints of one run beside its steps, one after the other. Where steps are faster than the disk, <see cref="Add"/> waits, so that at most <see
/// cref="GenerationOptions.WaitingCheckpoints"/> snapshots are in memory beside the one that is being written. One that cannot be written is kept and tried
/// again, until it can, a newer one takes its place, or the writer is told to <see cref="End"/>. Thread-safe.
/// </summary>
internal sealed class CheckpointWriter(
    Func<CheckpointSnapshot, Task<CheckpointRecord>> write,
    Func<CheckpointRecord, CheckpointSnapshot, TimeSpan, Task> written,
    Action<CheckpointFault> failed,
    GenerationOptions options,
    TimeProvider time)
{
    private readonly object _gate = new();
    private readonly Queue<CheckpointSnapshot> _waiting = new();
    private TaskCompletionSource _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _writing = Task.CompletedTask;
    private bool _busy;
    private bool _ending;

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
            while (_waiting.Count >= options.WaitingCheckpoints)
            {
                Monitor.Wait(_gate);
            }

            _waiting.Enqueue(snapshot);
            _newer.TrySetResult();
            if (!_busy)
            {
                _busy = true;
                _writing = Task.Run(WriteAll);
            }
        }
    }

    /// <summary>What cannot be written is tried once more at most: the next generation makes the next checkpoint.</summary>
    public void End()
    {
        lock (_gate)
        {
            _ending = true;
            _newer.TrySetResult();
        }
    }

    private async Task WriteAll()
    {
        while (Next() is { } snapshot)
        {
            await WriteOne(snapshot);
        }
    }

    private async Task WriteOne(CheckpointSnapshot snapshot)
    {
        var said = "";
        for (var pause = options.CheckpointFirstPause; ; pause = pause * 2 < options.CheckpointLongestPause ? pause * 2 : options.CheckpointLongestPause)
        {
            bool isLast;
            Task newer;
            lock (_gate)
            {
                (isLast, newer) = (_ending || _waiting.Count > 0, _newer.Task);
            }

            var begun = time.GetTimestamp();
            try
            {
                var record = await write(snapshot);
                await written(record, snapshot, time.GetElapsedTime(begun));
                return;
            }
            catch (OperationCanceledException)
            {
                // Nobody wants it any more.
                return;
            }
            catch (Exception e)
            {
                isLast |= e is LeaseLapsedException;
                if (e.Message != said)
                {
                    said = e.Message;
                    failed(new() { Step = snapshot.Step, Message = e.Message });
                }
            }

            if (isLast)
            {
                return;
            }

            // Nobody tells when a disk takes files again.
            using var stop = new CancellationTokenSource();
            await Task.WhenAny(newer, Task.Delay(pause, time, stop.Token));
            await stop.CancelAsync();
        }
    }

    private CheckpointSnapshot? Next()
    {
        lock (_gate)
        {
            _busy = _waiting.TryDequeue(out var next);
            if (_busy && !_ending)
            {
                _newer = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            Monitor.PulseAll(_gate);
            return next;
        }
    }
}
