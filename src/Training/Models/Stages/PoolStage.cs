using Sheaf.Training.Kernels;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>Max pooling over 2 x 2 windows, side by side.</summary>
/// <param name="input">Of one sample: channels, height, width.</param>
internal sealed unsafe class PoolStage(IReadOnlyList<int> input) : IStage
{
    private readonly StageMemory _output = new([input[0], input[1] / 2, input[2] / 2]);
    private readonly StageMemory _inputGradient = new(input);
    private Tensor? _input;

    public IEnumerable<Tensor> Own => [];

    public Tensor Forward(Tensor input, bool train)
    {
        var samples = (int)input.size(0);
        var output = _output.For(samples);
        MaxPool2x2.Forward(StageMemory.Of(input), StageMemory.Of(output), Planes(samples), Height, Width);
        _input = input;
        return output;
    }

    public Tensor? Backward(Tensor gradient, bool wanted, GradientTarget parameters)
    {
        if (!wanted)
        {
            return null;
        }

        var samples = (int)_input!.size(0);
        var inputGradient = _inputGradient.For(samples);
        MaxPool2x2.Backward(StageMemory.Of(_input!), StageMemory.Of(gradient), StageMemory.Of(inputGradient), Planes(samples), Height, Width);
        return inputGradient;
    }

    public void Drop() => _input = null;

    public void Dispose()
    {
        _output.Dispose();
        _inputGradient.Dispose();
    }

    private int Height => input[1];

    private int Width => input[2];

    private long Planes(int samples) => (long)samples * input[0];
}
