using Sheaf.Training.Kernels;
using Sheaf.Training.Models.Layers;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>A linear layer and the ReLU behind it, where one follows.</summary>
internal sealed unsafe class DenseStage(LinearLayer layer, bool rectified) : IStage
{
    private readonly Dense _kernel = new(layer.Inputs, layer.Outputs);
    private readonly StageMemory _output = new([layer.Outputs]);
    private readonly StageMemory _inputGradient = new([layer.Inputs]);
    private Tensor? _input;

    public IEnumerable<Tensor> Own => layer.Bias is { } bias ? [layer.Weight, bias] : [layer.Weight];

    public Tensor Forward(Tensor input, bool train)
    {
        var samples = (int)input.size(0);
        var output = _output.For(samples);
        var bias = layer.Bias is null ? null : StageMemory.Of(layer.Bias);
        _kernel.Forward(StageMemory.Of(input), StageMemory.Of(layer.Weight), bias, StageMemory.Of(output), samples, rectified);
        _input = input;
        return output;
    }

    public Tensor? Backward(Tensor gradient, bool wanted, GradientTarget parameters)
    {
        var samples = (int)_input!.size(0);
        var inputGradient = wanted ? _inputGradient.For(samples) : null;
        _kernel.Backward(
            StageMemory.Of(_input!),
            StageMemory.Of(layer.Weight),
            StageMemory.Of(_output.For(samples)),
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
    }
}
