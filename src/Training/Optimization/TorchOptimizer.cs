using TorchSharp.Modules;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Sheaf.Training.Optimization;

/// <summary>
/// An elementwise optimizer of TorchSharp over one parameter that holds all weights. Its state lies in arrays of ours, so it is hashed, checkpointed and
/// resumed like that of our own optimizers. One that is not elementwise (LBFGS) would see the flat buffer as one tensor and compute something else.
/// </summary>
internal sealed class TorchOptimizer<TState> : FlatOptimizer
    where TState : OptimizerState
{
    private readonly float[] _weights;
    private readonly float[] _gradient;
    private readonly Parameter _parameter;
    private readonly OptimizerHelper _optimizer;
    private readonly TState _state;
    private readonly Action<TState, long> _setSteps;

    /// <param name="create">Of the parameter.</param>
    /// <param name="fields">The tensors of its state, each with its PyTorch name.</param>
    /// <param name="setSteps">Makes the state that of so many steps, as far as it is not in a tensor.</param>
    public TorchOptimizer(int length, Func<Parameter, OptimizerHelper> create, IReadOnlyList<(string Name, Field Of)> fields, Action<TState, long> setSteps)
    {
        _setSteps = setSteps;
        _weights = GC.AllocateArray<float>(length, pinned: true);
        _gradient = GC.AllocateArray<float>(length, pinned: true);
        _parameter = new Parameter(Over(_weights));
        _parameter.grad = Over(_gradient);
        _optimizer = create(_parameter);
        _state = (TState)_optimizer.state_dict().State.Single();
        State = [.. fields.Select(field => (field.Name, Take(ref field.Of(_state))))];
    }

    /// <summary>A tensor of the state.</summary>
    public delegate ref Tensor Field(TState state);

    public override IReadOnlyList<(string Name, float[] Values)> State { get; }

    public override bool CountsSteps => true;

    public override void Apply(Span<float> weights, ReadOnlySpan<float> gradient, double learningRate, float scale)
    {
        weights.CopyTo(_weights);
        TensorPrimitives.Multiply(gradient, scale, _gradient);
        foreach (var group in _optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        using (NewDisposeScope())
        {
            _optimizer.step();
        }

        _weights.CopyTo(weights);
        Steps++;
    }

    public override void Restore(long steps)
    {
        base.Restore(steps);
        _setSteps(_state, steps);
    }

    public override void Dispose()
    {
        _optimizer.Dispose();
        _parameter.Dispose();
        base.Dispose();
    }

    /// <summary>Puts an array of ours, with the same values, in place of a tensor.</summary>
    private static float[] Take(ref Tensor tensor)
    {
        var values = GC.AllocateArray<float>(checked((int)tensor.numel()), pinned: true);
        tensor.data<float>().CopyTo(values);
        tensor.Dispose();
        tensor = Over(values);
        return values;
    }

    private static Tensor Over(float[] values) => frombuffer(values, ScalarType.Float32).DetachFromDisposeScope();
}
