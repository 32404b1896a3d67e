using Sheaf.Sdk;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Data;

/// <summary>Rows of a user's dataset, read anew each time they are gathered. <paramref name="picked"/> null: all.</summary>
internal sealed class UserRows(IDataset dataset, string name, int[]? picked, int? classes) : RowSet(dataset.FeatureShape, classes)
{
    private readonly bool _integers = dataset.FeaturesAreIntegers;
    private readonly bool _targetIntegers = dataset.Classes is not null || dataset.TargetsAreIntegers;
    private readonly int _targets = UserSource.TargetsOf(dataset);

    public override int Count { get; } = picked?.Length ?? dataset.Count;

    public override int TargetWidth => _targets;

    public override IReadOnlyList<int> TargetShape { get; } = dataset.Classes is null ? dataset.TargetShape : [1];

    public override bool FeaturesAreIntegers => _integers;

    public override bool TargetsAreIntegers => _targetIntegers;

    public override int IdAt(int row) => PlaceOf(row);

    /// <summary>Features and targets of the rows at once; of the four spans those that do not apply are empty.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> features, Span<long> integers, Span<float> targets, Span<long> targetIntegers)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            Read(
                rows[i],
                _integers ? [] : features.Slice(i * Width, Width),
                _integers ? integers.Slice(i * Width, Width) : [],
                _targetIntegers ? [] : targets.Slice(i * _targets, _targets),
                _targetIntegers ? targetIntegers.Slice(i * _targets, _targets) : []);
        }
    }

    public override void Gather(ReadOnlySpan<int> rows, Span<float> features)
    {
        CheckLengths(rows.Length, features.Length, Width);
        var (targets, integers) = (new float[_targetIntegers ? 0 : _targets], new long[_targetIntegers ? _targets : 0]);
        for (var i = 0; i < rows.Length; i++)
        {
            Read(rows[i], features.Slice(i * Width, Width), [], targets, integers);
        }
    }

    public override void GatherIntegers(ReadOnlySpan<int> rows, Span<long> features)
    {
        CheckLengths(rows.Length, features.Length, Width);
        var (targets, integers) = (new float[_targetIntegers ? 0 : _targets], new long[_targetIntegers ? _targets : 0]);
        for (var i = 0; i < rows.Length; i++)
        {
            Read(rows[i], [], features.Slice(i * Width, Width), targets, integers);
        }
    }

    public override void GatherTargetIntegers(ReadOnlySpan<int> rows, Span<long> targets)
    {
        CheckLengths(rows.Length, targets.Length, _targets);
        var (features, integers) = Scratch();
        for (var i = 0; i < rows.Length; i++)
        {
            Read(rows[i], features, integers, [], targets.Slice(i * _targets, _targets));
        }
    }

    public override void GatherClasses(ReadOnlySpan<int> rows, Span<long> targets)
    {
        CheckLengths(rows.Length, targets.Length, 1);
        var (features, integers) = Scratch();
        for (var i = 0; i < rows.Length; i++)
        {
            Read(rows[i], features, integers, [], targets.Slice(i, 1));
        }
    }

    public override void GatherTargets(ReadOnlySpan<int> rows, Span<float> targets)
    {
        CheckLengths(rows.Length, targets.Length, _targets);
        var (features, integers) = Scratch();
        var whole = new long[_targetIntegers ? _targets : 0];
        for (var i = 0; i < rows.Length; i++)
        {
            var place = targets.Slice(i * _targets, _targets);
            Read(rows[i], features, integers, _targetIntegers ? [] : place, whole);
            for (var k = 0; k < whole.Length; k++)
            {
                place[k] = whole[k];
            }
        }
    }

    /// <summary>Buffers for the features of one row where only its targets are asked for.</summary>
    private (float[] Features, long[] Integers) Scratch() => (new float[_integers ? 0 : Width], new long[_integers ? Width : 0]);

    private void Read(int row, Span<float> features, Span<long> integers, Span<float> targets, Span<long> targetIntegers)
    {
        features.Clear();
        integers.Clear();
        targets.Clear();
        targetIntegers.Clear();
        var place = PlaceOf(row);
        try
        {
            dataset.Read(
                place, new() { Features = features, FeatureIntegers = integers, Targets = targets, TargetIntegers = targetIntegers });
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new UserCodeException($"{name}.Read failed at row {place}: {Causes.Of(e)}", e);
        }
    }

    private int PlaceOf(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
        return picked is null ? row : picked[row];
    }
}
