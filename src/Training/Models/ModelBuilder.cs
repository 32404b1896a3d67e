using Sheaf.Specs;
using Sheaf.Training.Devices;
using Sheaf.Training.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>From a spec to a module with its first weights, the same on every worker.</summary>
internal static class ModelBuilder
{
    /// <summary>Builds outside any dispose scope of the caller's; the module owns its tensors.</summary>
    /// <param name="device">Where parameters and float buffers are; null: the CPU.</param>
    public static nn.Module<Tensor, Tensor> Build(ExperimentSpec spec, ModelPlan plan, StepContext context, ComputeDevice? device = null)
    {
        var place = (device ?? ComputeDevice.Cpu).Device;
        var specs = ((ModelSpec.Sequential)spec.Model).Layers;
        var layers = specs.Select((layer, index) => Layer(layer, index == 0 ? null : specs[index - 1], index, plan.Inputs[index], context, place)).ToList();
        var module = new LayerStack(layers, specs, plan.Inputs);
        Initialise(specs, layers, context.Seed);
        return module;
    }

    private static nn.Module<Tensor, Tensor> Layer(
        LayerSpec layer, LayerSpec? before, int index, IReadOnlyList<int> input, StepContext context, Device device) => layer switch
    {
        LayerSpec.Linear l => new LinearLayer(input[0], l.Out, l.Bias, device),
        LayerSpec.Conv2d c => new Conv2dLayer(input[0], c, device),
        LayerSpec.MaxPool p => Pool(
            "MaxPool", p.Kernel, p.Stride, p.Padding, (x, kernel, stride, padding) => nn.functional.max_pool2d(x, kernel, stride, padding)),
        LayerSpec.AvgPool p => Pool(
            "AvgPool", p.Kernel, p.Stride, p.Padding, (x, kernel, stride, padding) => nn.functional.avg_pool2d(x, kernel, stride, padding)),
        LayerSpec.BatchNorm b => new BatchNormLayer(input[0], b, device),
        LayerSpec.Dropout d => new KeyedDropoutLayer(context, index, d.Probability),
        LayerSpec.Flatten => new PlainLayer("Flatten", x => x.flatten(1)),
        // In place where the layer before needs its own result no more: one buffer and one pass over memory less, the same bits.
        LayerSpec.Relu when before is LayerSpec.Linear or LayerSpec.Conv2d or LayerSpec.MaxPool or LayerSpec.AvgPool or LayerSpec.BatchNorm => new PlainLayer("ReLU", x => x.relu_()),
        LayerSpec.Relu => new PlainLayer("ReLU", x => x.relu()),
        LayerSpec.Tanh => new PlainLayer("Tanh", x => x.tanh()),
        LayerSpec.Sigmoid => new PlainLayer("Sigmoid", x => x.sigmoid()),
        LayerSpec.Softmax => new PlainLayer("Softmax", x => x.softmax(1)),
        LayerSpec.LogSoftmax => new PlainLayer("LogSoftmax", x => nn.functional.log_softmax(x, 1)),
        _ => throw new NotSupportedException($"model: layers[{index}] is a {layer.GetType().Name}, which this version cannot build."),
    };

    private static PlainLayer Pool(string name, int kernel, int? stride, int padding, Func<Tensor, long[], long[], long[], Tensor> pool)
    {
        long[] kernels = [kernel, kernel], strides = [stride ?? kernel, stride ?? kernel], paddings = [padding, padding];
        return new(name, x => pool(x, kernels, strides, paddings));
    }

    /// <summary>PyTorch's defaults for Linear and Conv2d: weight and bias uniform in ±1/√(fan-in) (Kaiming with a = √5); a stream for each tensor.</summary>
    private static void Initialise(IReadOnlyList<LayerSpec> specs, IReadOnlyList<nn.Module<Tensor, Tensor>> layers, long seed)
    {
        for (var index = 0; index < layers.Count; index++)
        {
            if (specs[index] is not (LayerSpec.Linear or LayerSpec.Conv2d))
            {
                continue;
            }

            var tensors = layers[index].named_parameters().ToList();
            var weight = tensors[0].parameter;
            var bound = 1 / Math.Sqrt((double)weight.numel() / weight.shape[0]);
            for (var i = 0; i < tensors.Count; i++)
            {
                Fill(tensors[i].parameter, new KeyedRandom(seed, RandomPurpose.Initialisation, 0, 0, (2 * index) + i), (float)bound);
            }
        }
    }

    private static void Fill(Parameter parameter, KeyedRandom random, float bound)
    {
        using var noGrad = no_grad();
        using var drawn = zeros(parameter.shape);
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(drawn.bytes);
        random.Fill(values);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * (2 * bound)) - bound;
        }

        parameter.copy_(drawn);
    }
}
