using Sheaf.Contracts.Specs;
using Sheaf.Training.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Bench.Eager;

/// <summary>
/// The loop that a user of TorchSharp writes for the same spec: its modules and its optimizer, rows and their order on the device, a gradient to none each step, nothing read but at the end.
/// </summary>
internal sealed class EagerTrial : IDisposable
{
    private readonly Sequential _model;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _features;
    private readonly Tensor _targets;
    private readonly int _batch;
    private Tensor _order;
    private long _place;

    public EagerTrial(ExperimentSpec spec, DataBundle data, string device)
    {
        _batch = spec.BatchSize ?? data.Train.Count;
        var rows = Enumerable.Range(0, data.Train.Count).ToArray();
        var features = new float[(long)rows.Length * data.Train.Width];
        var targets = new long[rows.Length];
        data.Train.Gather(rows, features);
        data.Train.GatherClasses(rows, targets);
        _features = tensor(features).reshape([rows.Length, .. data.Train.Shape.Select(size => (long)size)]).to(device);
        _targets = tensor(targets).to(device);
        _order = randperm(rows.Length, device: new Device(device));
        _model = Build(((ModelSpec.Sequential)spec.Model).Layers, data.Train.Shape);
        _model.to(device);
        var sgd = (OptimizerSpec.Sgd)spec.Optimizer;
        _optimizer = optim.SGD(_model.parameters(), sgd.LearningRate, sgd.Momentum);
    }

    /// <summary>Samples a second over so many steps, the last one's end included.</summary>
    public double Run(long steps)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var step = 0L; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            if (_place + _batch > _order.numel())
            {
                _order.Dispose();
                (_order, _place) = (randperm(_features.shape[0], device: _features.device).DetachFromDisposeScope(), 0);
            }

            var picked = _order.narrow(0, _place, _batch);
            _place += _batch;
            _optimizer.zero_grad();
            var loss = nn.functional.cross_entropy(_model.forward(_features.index_select(0, picked)), _targets.index_select(0, picked));
            loss.backward();
            _optimizer.step();
            if (step + 1 == steps)
            {
                _ = loss.item<float>();
            }
        }

        return steps * _batch / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _features.Dispose();
        _targets.Dispose();
        _order.Dispose();
    }

    private static Sequential Build(IReadOnlyList<LayerSpec> layers, IReadOnlyList<int> shape)
    {
        var modules = new List<nn.Module<Tensor, Tensor>>();
        long[] size = [.. shape.Select(each => (long)each)];
        foreach (var layer in layers)
        {
            nn.Module<Tensor, Tensor> module = layer switch
            {
                LayerSpec.Conv2d c => nn.Conv2d(size[0], c.Out, c.Kernel, c.Stride, c.Padding),
                LayerSpec.MaxPool p => nn.MaxPool2d(p.Kernel),
                LayerSpec.Linear l => nn.Linear(size[0], l.Out),
                LayerSpec.Flatten => nn.Flatten(),
                LayerSpec.Relu => nn.ReLU(),
                _ => throw new NotSupportedException($"The eager loop has no {layer.GetType().Name}."),
            };
            modules.Add(module);
            using var noGrad = no_grad();
            using var probe = zeros([1, .. size]);
            using var result = module.forward(probe);
            size = [.. result.shape.Skip(1)];
        }

        return nn.Sequential(modules);
    }
}
