using Sheaf.Contracts.Specs;
using Sheaf.Training.Devices;
using static TorchSharp.torch;

namespace Sheaf.Training.Optimization;

/// <summary>
/// An optimizer whose state is on a device with memory of its own: <see cref="FlatOptimizer"/>'s formulas, with the same roundings, as libtorch's operators over whole flat tensors. The
/// <see cref="Host"/> has the number of steps, and the arrays of the state after <see cref="Download"/>.
/// </summary>
internal abstract class ResidentOptimizer : IDisposable
{
    private readonly Tensor[] _state;

    protected ResidentOptimizer(FlatOptimizer host, Device device)
    {
        Host = host;
        _state = [.. host.State.Select(entry => zeros(entry.Values.Length, device: device).DetachFromDisposeScope())];
    }

    /// <summary>What snapshots and hashes of the state read and write.</summary>
    public FlatOptimizer Host { get; }

    /// <summary>In the order of <see cref="FlatOptimizer.State"/>.</summary>
    public IReadOnlyList<Tensor> State => _state;

    public static ResidentOptimizer Create(OptimizerSpec spec, int length, Device device) => spec switch
    {
        OptimizerSpec.Sgd sgd => new ResidentSgd(sgd, FlatOptimizer.Create(spec, length), device),
        OptimizerSpec.Adam adam => new ResidentAdam(adam, FlatOptimizer.Create(spec, length), device),
        _ => throw new NotSupportedException($"optimizer: {spec.GetType().Name} cannot run on a GPU in this version; sgd, adam and adamw can."),
    };

    /// <summary>One update, queued on the device. Under <c>no_grad</c>.</summary>
    /// <param name="gradient">Is overwritten.</param>
    public void Apply(Tensor weights, Tensor gradient, double learningRate)
    {
        Host.Restore(Host.Steps + 1);
        Update(weights, gradient, learningRate);
    }

    /// <summary>Brings the state to the host.</summary>
    public void Download()
    {
        for (var i = 0; i < _state.Length; i++)
        {
            ComputeDevice.Read(_state[i], Host.State[i].Values);
        }
    }

    /// <summary>Brings the host's state to the device.</summary>
    public void Upload()
    {
        for (var i = 0; i < _state.Length; i++)
        {
            ComputeDevice.Write(Host.State[i].Values, _state[i]);
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state)
        {
            tensor.Dispose();
        }
    }

    protected abstract void Update(Tensor weights, Tensor gradient, double learningRate);
}
