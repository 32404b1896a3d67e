using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// All rows of a set on a device, where they fit: a shard is fed by one selection there, and the host sends an epoch's order once. Shared by the replicas that compute with the same rows on the
/// same device; <see cref="Dispose"/> gives a share back. Thread-safe.
/// </summary>
internal sealed class ResidentRows : IDisposable
{
    /// <summary>Rows that are brought over at once.</summary>
    private const int ChunkRows = 4096;

    private static readonly Dictionary<(RowSet Rows, bool Classes, int Device), (ResidentRows Rows, int Shares)> Shared = [];
    private readonly (RowSet Rows, bool Classes, int Device) _key;

    private ResidentRows(RowSet rows, bool classes, ComputeDevice device)
    {
        _key = (rows, classes, device.Device.index);
        long[] shape = [rows.Count, .. rows.Shape.Select(size => (long)size)];
        Features = empty(shape, device: device.Device).DetachFromDisposeScope();
        Targets = (classes ? empty([rows.Count], ScalarType.Int64, device.Device) : empty([rows.Count, rows.TargetWidth], device: device.Device)).DetachFromDisposeScope();
        using var noGrad = no_grad();
        using var input = new ShardInput(rows, Math.Min(ChunkRows, rows.Count), classes);
        for (var first = 0; first < rows.Count; first += ChunkRows)
        {
            var count = Math.Min(ChunkRows, rows.Count - first);
            var picked = input.Rows(count);
            for (var i = 0; i < count; i++)
            {
                picked[i] = first + i;
            }

            input.Gather(count, out var features, out var targets);
            using var scope = NewDisposeScope();
            Features.narrow(0, first, count).copy_(features);
            Targets.narrow(0, first, count).copy_(targets);
        }
    }

    /// <summary>Of all rows, in the set's order.</summary>
    public Tensor Features { get; }

    /// <summary>Of all rows: classes, or values.</summary>
    public Tensor Targets { get; }

    /// <summary>Null where the rows would take more than half of the device's free memory.</summary>
    public static ResidentRows? Take(RowSet rows, bool classes, ComputeDevice device)
    {
        lock (Shared)
        {
            var key = (rows, classes, device.Device.index);
            if (!Shared.TryGetValue(key, out var shared))
            {
                if (rows.Count * ((4L * rows.Width) + (classes ? 8 : 4L * rows.TargetWidth)) > GpuMemory.Of(device)?.FreeBytes / 2)
                {
                    return null;
                }

                shared = (new(rows, classes, device), 0);
            }

            Shared[key] = (shared.Rows, shared.Shares + 1);
            return shared.Rows;
        }
    }

    public void Dispose()
    {
        lock (Shared)
        {
            var shares = Shared[_key].Shares - 1;
            if (shares > 0)
            {
                Shared[_key] = (this, shares);
                return;
            }

            Shared.Remove(_key);
            Features.Dispose();
            Targets.Dispose();
        }
    }
}
