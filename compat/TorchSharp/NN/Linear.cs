using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Linear Linear(long inputSize, long outputSize, bool hasBias = true, Device device = null, ScalarType? dtype = null) => new(inputSize, outputSize, hasBias, device, dtype);
            public static Linear Linear(Parameter weight, Parameter bias = null) => new(weight, bias);
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Linear : nn.Module<Tensor, Tensor>
    {
        internal Linear(long inputSize, long outputSize, bool hasBias, Device device, ScalarType? dtype) : base(nameof(Linear))
        {
            in_features = inputSize;
            out_features = outputSize;
            weight = new Parameter(empty(outputSize, inputSize, dtype, device));
            bias = hasBias ? new Parameter(empty(outputSize, dtype, device)) : null;
            nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
            nn.init.DefaultBias(bias, weight);
        }

        internal Linear(Parameter weight, Parameter bias) : base(nameof(Linear))
        {
            this.weight = weight;
            this.bias = bias;
            in_features = weight.shape[1];
            out_features = weight.shape[0];
        }

        public long in_features { get; set; }

        public long out_features { get; set; }

        public Parameter weight
        {
            get => field;
            set => this.Reregister(nameof(weight), field = value);
        }

        public Parameter bias
        {
            get => field;
            set => this.Reregister(nameof(bias), field = value);
        }

        public override Tensor forward(Tensor tensor) => Ops.linear.One(tensor, weight, bias);
    }

    internal static class Registration
    {
        /// <summary>Puts a parameter under a name, in the place that the name already has.</summary>
        public static void Reregister(this nn.Module module, string name, Parameter parameter)
        {
            if (parameter is null) module.OwnParameters.Remove(name);
            else module.OwnParameters[name] = parameter;
        }
    }
}
