using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sheaf.Training.Data;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// The tensors that a shard's rows are gathered into: made once, for the largest shard; a smaller one uses a view of their beginning. The next shard
/// overwrites them.
/// </summary>
internal sealed unsafe class ShardInput : IDisposable
{
    private readonly RowSet _rows;
    private readonly Tensor _features;
    private readonly Tensor _targets;
    private readonly void* _featureData;
    private readonly void* _targetData;
    private readonly Dictionary<int, (Tensor Features, Tensor Targets)> _views = [];
    private readonly int[] _picked;
    private readonly int[] _ids;
    private readonly bool _classes;
    private readonly bool _integers;

    /// <param name="classes">The loss wants classes: Int64 [n], or [n, places] where a row has more than one.</param>
    public ShardInput(RowSet rows, int largest, bool classes)
    {
        (_rows, _classes, _integers) = (rows, classes, classes || rows.TargetsAreIntegers);
        _picked = new int[largest];
        _ids = new int[largest];
        _features = zeros([largest, .. Sizes(rows.Shape)], rows.FeaturesAreIntegers ? ScalarType.Int64 : ScalarType.Float32).DetachFromDisposeScope();
        _targets = zeros(
            classes && rows.ClassTargets == 1 ? [largest] : [largest, .. Sizes(rows.TargetShape)],
            _integers ? ScalarType.Int64 : ScalarType.Float32)
            .DetachFromDisposeScope();
        _featureData = Unsafe.AsPointer(ref MemoryMarshal.GetReference(_features.bytes));
        _targetData = Unsafe.AsPointer(ref MemoryMarshal.GetReference(_targets.bytes));
    }

    /// <summary>Where the caller puts the rows to gather.</summary>
    public Span<int> Rows(int count) => _picked.AsSpan(0, count);

    public ReadOnlySpan<long> Classes(int count) => new(_targetData, count * _rows.ClassTargets);

    /// <summary>Targets that are numbers; empty where they are integers.</summary>
    public ReadOnlySpan<float> Values(int count) => _integers ? [] : new(_targetData, count * _rows.TargetWidth);

    /// <summary>Targets that are classes or other integers; empty where they are numbers.</summary>
    public ReadOnlySpan<long> Integers(int count) => _integers ? new(_targetData, count * (_classes ? _rows.ClassTargets : _rows.TargetWidth)) : [];

    /// <summary>Reads the rows into the tensors and gives the ids of what was read.</summary>
    public ReadOnlySpan<int> Gather(int count, out Tensor features, out Tensor targets)
    {
        var picked = _picked.AsSpan(0, count);
        if (_rows is UserRows own && own.TargetsAreIntegers == _integers)
        {
            own.Read(
                picked,
                own.FeaturesAreIntegers ? [] : new(_featureData, count * own.Width),
                own.FeaturesAreIntegers ? new(_featureData, count * own.Width) : [],
                _integers ? [] : new(_targetData, count * own.TargetWidth),
                _integers ? new(_targetData, count * own.TargetWidth) : []);
        }
        else
        {
            GatherApart(picked);
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

    private static IEnumerable<long> Sizes(IReadOnlyList<int> shape) => shape.Select(size => (long)size);

    private void GatherApart(ReadOnlySpan<int> picked)
    {
        if (_rows.FeaturesAreIntegers)
        {
            _rows.GatherIntegers(picked, new Span<long>(_featureData, picked.Length * _rows.Width));
        }
        else
        {
            _rows.Gather(picked, new Span<float>(_featureData, picked.Length * _rows.Width));
        }

        if (_classes)
        {
            _rows.GatherClasses(picked, new Span<long>(_targetData, picked.Length * _rows.ClassTargets));
        }
        else if (_integers)
        {
            _rows.GatherTargetIntegers(picked, new Span<long>(_targetData, picked.Length * _rows.TargetWidth));
        }
        else
        {
            _rows.GatherTargets(picked, new Span<float>(_targetData, picked.Length * _rows.TargetWidth));
        }
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
