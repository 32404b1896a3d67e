using System.Text.Json;

namespace Sheaf.Silo.Faults;

/// <summary>
/// A file with one JSON line a fired fault: <c>{fault, point, worker, step, action, pid, time}</c>. A line is on the disk before its fault does anything, so that a
/// test can prove that the fault struck although the process died of it. Processes may share the file. Thread-safe.
/// </summary>
public sealed class FaultLog(string? path, TimeProvider time)
{
    private readonly Lock _lock = new();

    public void Write(PlannedFault fault, int worker, long step)
    {
        if (path is null)
        {
            return;
        }

        var line = JsonSerializer.SerializeToUtf8Bytes(new
        {
            fault = fault.Text,
            point = FaultPlan.Name(fault.Point),
            worker,
            step,
            action = FaultPlan.Name(fault.Action),
            pid = Environment.ProcessId,
            time = time.GetUtcNow(),
        });
        lock (_lock)
        {
            // Opened for this line alone: one write to a file opened for appending is not torn by another process's.
            using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write([.. line, (byte)'\n']);
            file.Flush(flushToDisk: true);
        }
    }
}
