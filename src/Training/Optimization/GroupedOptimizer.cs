using Sheaf.Specs;

namespace Sheaf.Training.Optimization;

/// <summary>
/// Several optimizers of one kind over parts of the flat buffer, each with a learning rate and a weight decay of its own. A part is computed as it would be by
/// itself, in a buffer of its group's. The state lies in whole arrays, as that of one optimizer does.
/// </summary>
internal sealed class GroupedOptimizer : FlatOptimizer
{
    private readonly double _rate;
    private readonly Group[] _groups;

    private GroupedOptimizer(double rate, Group[] groups, int length)
    {
        (_rate, _groups) = (rate, groups);
        State = [.. groups[0].Optimizer.State.Select(entry => (entry.Name, GC.AllocateArray<float>(length, pinned: true)))];
        foreach (var group in groups)
        {
            for (var i = 0; i < State.Count; i++)
            {
                group.Scatter(group.Optimizer.State[i].Values, State[i].Values);
            }
        }
    }

    public override IReadOnlyList<(string Name, float[] Values)> State { get; }

    public override bool CountsSteps => _groups[0].Optimizer.CountsSteps;

    /// <summary>For the parameters of a model; one optimizer over all where they are trained alike.</summary>
    /// <param name="parameters">Name, dimensions, and place of each in the flat buffer.</param>
    /// <param name="length">Of the buffer, what pads a parameter included.</param>
    public static FlatOptimizer Of(ExperimentSpec spec, IReadOnlyList<(string Name, int Dimensions, int Offset)> parameters, int length)
    {
        var parts = parameters.Select((each, place) => (
            Spec: spec.OptimizerOf(each.Name, each.Dimensions),
            Part: (each.Offset, Count: (place + 1 < parameters.Count ? parameters[place + 1].Offset : length) - each.Offset))).ToList();
        var groups = parts.GroupBy(part => part.Spec, part => part.Part).ToList();
        return groups.Count < 2
            ? Create(groups.Count == 0 ? spec.Optimizer : groups[0].Key, length)
            : new GroupedOptimizer(spec.Optimizer.LearningRate, [.. groups.Select(group => new Group(group.Key, [.. group]))], length);
    }

    public override void Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale)
    {
        foreach (var group in _groups)
        {
            group.Gather(weights, group.Weights);
            group.Gather(gradient, group.Gradient);
            for (var i = 0; i < State.Count; i++)
            {
                group.Gather(State[i].Values, group.Optimizer.State[i].Values);
            }

            group.Optimizer.Apply(group.Weights, group.Gradient, learningRate * (group.Rate / _rate), scale);
            group.Scatter(group.Weights, weights);
            for (var i = 0; i < State.Count; i++)
            {
                group.Scatter(group.Optimizer.State[i].Values, State[i].Values);
            }
        }

        Steps++;
    }

    public override void Restore(long steps)
    {
        base.Restore(steps);
        Array.ForEach(_groups, group => group.Optimizer.Restore(steps));
    }

    public override void Dispose()
    {
        Array.ForEach(_groups, group => group.Optimizer.Dispose());
        base.Dispose();
    }

    private sealed class Group
    {
        private readonly (int Offset, int Count)[] _parts;

        public Group(OptimizerSpec spec, (int Offset, int Count)[] parts)
        {
            _parts = parts;
            var length = parts.Sum(part => part.Count);
            (Rate, Optimizer, Weights, Gradient) = (spec.LearningRate, Create(spec, length), new float[length], new float[length]);
        }

        public double Rate { get; }

        public FlatOptimizer Optimizer { get; }

        public float[] Weights { get; }

        public float[] Gradient { get; }

        public void Gather(ReadOnlySpan<float> whole, Span<float> own)
        {
            foreach (var (offset, count) in _parts)
            {
                whole.Slice(offset, count).CopyTo(own);
                own = own[count..];
            }
        }

        public void Scatter(ReadOnlySpan<float> own, Span<float> whole)
        {
            foreach (var (offset, count) in _parts)
            {
                own[..count].CopyTo(whole[offset..]);
                own = own[count..];
            }
        }
    }
}
