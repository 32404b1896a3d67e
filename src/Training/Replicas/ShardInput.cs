using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sheaf.Training.Data;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// The tensors that a shard's rows are gathered into: made once, for the largest shard; a smaller one uses a view of their beginning. The next shard overwrites
/// them.
/// </summary>
internal sealed unsafe class ShardInput : IDisposable
{
    private readonly RowSet _rows;
    private readonly Tensor _features;
    private readonly Tensor _targets;
    private readonly float* _featureData;
    private readonly void* _targetData;
    private readonly Dictionary<int, (Tensor Features, Tensor Targets)> _views = [];
    private readonly int[] _picked;
    private readonly int[] _ids;
    private readonly bool _classes;

    public ShardInput(RowSet rows, int largest, bool classes)
    {
        (_rows, _classes) = (rows, classes);
        _picked = new int[largest];
        _ids = new int[largest];
        _features = zeros([largest, .. rows.Shape.Select(size => (long)size)]).DetachFromDisposeScope();
        _targets = (classes ? zeros([largest], ScalarType.Int64) : zeros([largest, rows.TargetWidth])).DetachFromDisposeScope();
        _featureData = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_features.bytes));
        _targetData = Unsafe.AsPointer(ref MemoryMarshal.GetReference(_targets.bytes));
    }

    /// <summary>Where the caller puts the rows to gather.</summary>
    public Span<int> Rows(int count) => _picked.AsSpan(0, count);

    public ReadOnlySpan<long> Classes(int count) => new(_targetData, count);

    public ReadOnlySpan<float> Values(int count) => new(_targetData, count * _rows.TargetWidth);

    /// <summary>Reads the rows into the tensors and gives the ids of what was read.</summary>
    public ReadOnlySpan<int> Gather(int count, out Tensor features, out Tensor targets)
    {
        var picked = _picked.AsSpan(0, count);
        _rows.Gather(picked, new Span<float>(_featureData, count * _rows.Width));
        if (_classes)
        {
            _rows.GatherClasses(picked, new Span<long>(_targetData, count));
        }
        else
        {
            _rows.GatherTargets(picked, new Span<float>(_targetData, count * _rows.TargetWidth));
        }

        for (var i = 0; i < count; i++)
        {
            _ids[i] = _rows.IdAt(picked[i]);
        }

        (features, targets) = View(count);
        return _ids.AsSpan(0, count);
    }

    public void Dispose()
    {
        foreach (var (features, targets) in _views.Values)
        {
            features.Dispose();
            targets.Dispose();
        }

        _features.Dispose();
        _targets.Dispose();
    }

    private (Tensor Features, Tensor Targets) View(int count)
    {
        if (!_views.TryGetValue(count, out var view))
        {
            view = (_features.narrow(0, 0, count).DetachFromDisposeScope(), _targets.narrow(0, 0, count).DetachFromDisposeScope());
            _views.Add(count, view);
        }

        return view;
    }
}
