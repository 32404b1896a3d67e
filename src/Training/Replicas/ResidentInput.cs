using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// What a shard of a step is fed on a device with memory of its own: selected from <see cref="ResidentRows"/>, or, where those do not fit, gathered on the host and sent. Used by one thread at a time.
/// </summary>
internal sealed class ResidentInput : IDisposable
{
    private readonly RowSet _rows;
    private readonly StepSampler _sampler;
    private readonly Device _device;
    private readonly ResidentRows? _resident;
    private readonly ShardInput? _sent;
    private readonly int[] _ids;
    private Tensor? _order;
    private long _epoch = -1;

    /// <param name="outputs">How many classes the model tells apart; null: the targets are values.</param>
    /// <exception cref="DataException">A row has another class. A GPU would not say so, but fail for good, and the process with it.</exception>
    public ResidentInput(RowSet rows, StepSampler sampler, int? outputs, ComputeDevice device)
    {
        Check(rows, outputs);
        var classes = outputs is not null;
        (_rows, _sampler, _device) = (rows, sampler, device.Device);
        _resident = ResidentRows.Take(rows, classes, device);
        _sent = _resident is null ? new ShardInput(rows, sampler.LargestShard, classes) : null;
        _ids = new int[sampler.LargestShard];
    }

    /// <summary>The rows' tensors, which belong to the current dispose scope, and the ids of what is in them.</summary>
    /// <param name="count">Rows of the shard; above 0.</param>
    public ReadOnlySpan<int> Take(long step, int shard, int count, out Tensor features, out Tensor targets)
    {
        if (_sent is not null)
        {
            _sampler.RowsAt(step, shard, _sent.Rows(count));
            var sent = _sent.Gather(count, out var rows, out var wanted);
            (features, targets) = (rows.to(_device, copy: true), wanted.to(_device, copy: true));
            return sent;
        }

        var epoch = _sampler.EpochOf(step);
        var order = _sampler.RowsOf(epoch);
        if (_epoch != epoch)
        {
            _order?.Dispose();
            _order = tensor(order.ToArray(), device: _device).DetachFromDisposeScope();
            _epoch = epoch;
        }

        var first = _sampler.FirstAt(step, shard);
        var picked = _order!.narrow(0, first, count);
        (features, targets) = (_resident!.Features.index_select(0, picked), _resident.Targets.index_select(0, picked));
        for (var i = 0; i < count; i++)
        {
            _ids[i] = _rows.IdAt(order[first + i]);
        }

        return _ids.AsSpan(0, count);
    }

    private static void Check(RowSet rows, int? outputs)
    {
        Span<int> row = stackalloc int[1];
        Span<long> target = stackalloc long[1];
        for (row[0] = 0; outputs is not null && row[0] < rows.Count; row[0]++)
        {
            rows.GatherClasses(row, target);
            if (target[0] < 0 || target[0] >= outputs)
            {
                throw new DataException([$"Row {rows.IdAt(row[0])} has the class {target[0]}, but the model has {outputs} outputs, for the classes 0 to {outputs - 1}."]);
            }
        }
    }

    public void Dispose()
    {
        _resident?.Dispose();
        _sent?.Dispose();
        _order?.Dispose();
    }
}
