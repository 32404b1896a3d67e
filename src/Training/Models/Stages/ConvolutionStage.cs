using Sheaf.Training.Kernels;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>A convolution, the ReLU behind it and the 2 x 2 max pooling behind that, where they follow.</summary>
internal sealed unsafe class ConvolutionStage(Conv2dLayer layer, IReadOnlyList<int> input, bool rectified, PoolStage? pool) : IStage
{
    private readonly Convolution _kernel = new(input[0], layer.Outputs, layer.Kernel, layer.Padding, input[1], input[2]);
    private readonly StageMemory _output = new(layer.OutputOf(input));
    private readonly StageMemory _inputGradient = new(input);
    private Tensor? _input;

    public IEnumerable<Tensor> Own => layer.Bias is { } bias ? [layer.Weight, bias] : [layer.Weight];

    public Tensor Forward(Tensor input, bool train)
    {
        var samples = (int)input.size(0);
        var output = _output.For(samples);
        _kernel.Forward(StageMemory.Of(input), StageMemory.Of(layer.Weight), Bias, StageMemory.Of(output), samples, rectified);
        _input = input;
        return pool is null ? output : pool.Forward(output, train);
    }

    public Tensor? Backward(Tensor gradient, bool wanted, GradientTarget parameters)
    {
        var samples = (int)_input!.size(0);
        var output = _output.For(samples);
        gradient = pool is null ? gradient : pool.Backward(gradient, wanted: true, parameters)!;
        var inputGradient = wanted ? _inputGradient.For(samples) : null;
        _kernel.Backward(
            StageMemory.Of(_input!),
            StageMemory.Of(layer.Weight),
            StageMemory.Of(output),
            StageMemory.Of(gradient),
            parameters.Of(layer.Weight),
            parameters.Of(layer.Bias),
            inputGradient is null ? null : StageMemory.Of(inputGradient),
            samples,
            rectified,
            parameters.Add);
        return inputGradient;
    }

    public void Drop() => _input = null;

    public void Dispose()
    {
        _kernel.Dispose();
        _output.Dispose();
        _inputGradient.Dispose();
        pool?.Dispose();
    }

    private float* Bias => layer.Bias is null ? null : StageMemory.Of(layer.Bias);
}
