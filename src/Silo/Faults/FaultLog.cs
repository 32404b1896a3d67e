using System.Text;
using System.Text.Json;

namespace Sheaf.Silo.Faults;

/// <summary>
/// A file that the processes of one test share, with one JSON line a fired fault: <c>{fault, point, worker, step, action, pid, time}</c>. A line is on the disk
/// before its fault does anything, so that a test can prove that the fault struck although the process died of it. Thread-safe.
/// </summary>
/// <param name="path">Null: nothing is kept.</param>
public sealed class FaultLog(string? path, TimeProvider time)
{
    private readonly Lock _lock = new();

    /// <summary>Writes that a fault fires. False: any process has written it already, and <paramref name="once"/> was asked for.</summary>
    public bool Write(PlannedFault fault, int worker, long step, bool once) => Append(
        new
        {
            fault = fault.Text,
            point = FaultPlan.Name(fault.Point),
            worker,
            step,
            action = FaultPlan.Name(fault.Action),
            pid = Environment.ProcessId,
            time = time.GetUtcNow(),
        },
        once ? fault.Text : null);

    /// <summary>Writes that this process has read a plan: <c>{armed, pid}</c>.</summary>
    public void Armed(string plan) => Append(new { armed = plan, pid = Environment.ProcessId }, null);

    private bool Append(object entry, string? unless)
    {
        if (path is null)
        {
            return true;
        }

        lock (_lock)
        {
            using var file = OpenAlone(path);
            if (unless is not null && Lines(file).Any(line => line.TryGetProperty("fault", out var fired) && fired.GetString() == unless))
            {
                return false;
            }

            file.Seek(0, SeekOrigin.End);
            file.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry), (byte)'\n']);
            file.Flush(flushToDisk: true);
            return true;
        }
    }

    private static List<JsonElement> Lines(FileStream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Other processes hold the file for the time of one line.</summary>
    private static FileStream OpenAlone(string path)
    {
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 4096);
            }
            catch (IOException) when (wait.Count < 10_000)
            {
                wait.SpinOnce();
            }
        }
    }
}
