using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static BatchNorm1d BatchNorm1d(long num_features, double eps = 1e-05, double momentum = 0.1, bool affine = true, bool track_running_stats = true, Device device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
            public static BatchNorm2d BatchNorm2d(long num_features, double eps = 1e-05, double momentum = 0.1, bool affine = true, bool track_running_stats = true, Device device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);
            public static LayerNorm LayerNorm(long[] normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device device = null, ScalarType? dtype = null) =>
                new(normalized_shape, eps, elementwise_affine, bias, device, dtype);
            public static LayerNorm LayerNorm(long normalized_shape, double eps = 1e-05, bool elementwise_affine = true, bool bias = true, Device device = null, ScalarType? dtype = null) =>
                new([normalized_shape], eps, elementwise_affine, bias, device, dtype);
            public static GroupNorm GroupNorm(long num_groups, long num_channels, double eps = 1e-05, bool affine = true, Device device = null, ScalarType? dtype = null) =>
                new(num_groups, num_channels, eps, affine, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Affine parameters `weight` and `bias`, buffers `running_mean`, `running_var` and `num_batches_tracked`; null where switched off.</summary>
    public abstract class NormBase : nn.Module<Tensor, Tensor>
    {
        private protected NormBase(long numFeatures, double eps, double? momentum, bool affine, bool trackRunningStats, Device device, ScalarType? dtype, string name) : base(name)
        {
            (num_features, this.eps, this.momentum, this.affine, track_running_stats) = (numFeatures, eps, momentum, affine, trackRunningStats);
            if (affine)
            {
                weight = new Parameter(ones(numFeatures, dtype, device));
                bias = new Parameter(zeros(numFeatures, dtype, device));
            }

            if (!trackRunningStats) return;
            register_buffer(nameof(running_mean), zeros(numFeatures, dtype, device));
            register_buffer(nameof(running_var), ones(numFeatures, dtype, device));
            register_buffer(nameof(num_batches_tracked), zeros(Array.Empty<long>(), ScalarType.Int64, device));
        }

        public long num_features { get; }

        public double eps { get; set; }

        /// <summary>The weight of the newest batch in the running statistics; null averages over all batches.</summary>
        public double? momentum { get; set; }

        public bool affine { get; }

        public bool track_running_stats { get; }

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

        public Tensor running_mean => Buffer(nameof(running_mean));

        public Tensor running_var => Buffer(nameof(running_var));

        public Tensor num_batches_tracked => Buffer(nameof(num_batches_tracked));

        public void reset_running_stats()
        {
            running_mean?.zero_();
            running_var?.fill_(1);
            num_batches_tracked?.zero_();
        }

        public void reset_parameters()
        {
            reset_running_stats();
            if (!affine) return;
            nn.init.ones_(weight);
            nn.init.zeros_(bias);
        }

        protected abstract void ValidateInputDimensions(Tensor input);

        private Tensor Buffer(string name) => OwnBuffers.TryGetValue(name, out var buffer) ? buffer.tensor : null;
    }

    public abstract class BatchNorm : NormBase
    {
        private protected BatchNorm(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device device, ScalarType? dtype, string name)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, name)
        {
        }

        public override Tensor forward(Tensor input)
        {
            ValidateInputDimensions(input);
            var factor = momentum ?? 0;
            if (training && track_running_stats)
            {
                using (no_grad()) num_batches_tracked.add_(1);
                factor = momentum ?? 1.0 / num_batches_tracked.item<long>();
            }

            return Ops.batch_norm.One(input, weight, bias, running_mean, running_var, training || !track_running_stats, factor, eps, true);
        }
    }

    public sealed class BatchNorm1d : BatchNorm
    {
        internal BatchNorm1d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(BatchNorm1d))
        {
        }

        protected override void ValidateInputDimensions(Tensor input)
        {
            if (input.ndim is not (2 or 3)) throw new ArgumentException($"BatchNorm1d: expected an input of 2 or 3 dimensions, got {input.ndim}.");
        }
    }

    public sealed class BatchNorm2d : BatchNorm
    {
        internal BatchNorm2d(long numFeatures, double eps, double momentum, bool affine, bool trackRunningStats, Device device, ScalarType? dtype)
            : base(numFeatures, eps, momentum, affine, trackRunningStats, device, dtype, nameof(BatchNorm2d))
        {
        }

        protected override void ValidateInputDimensions(Tensor input)
        {
            if (input.ndim != 4) throw new ArgumentException($"BatchNorm2d: expected an input of 4 dimensions, got {input.ndim}.");
        }
    }

    public sealed class LayerNorm : nn.Module<Tensor, Tensor>
    {
        internal LayerNorm(long[] normalizedShape, double eps, bool elementwiseAffine, bool hasBias, Device device, ScalarType? dtype) : base(nameof(LayerNorm))
        {
            (normalized_shape, this.eps, elementwise_affine) = (normalizedShape, eps, elementwiseAffine);
            if (!elementwiseAffine) return;
            weight = new Parameter(ones(normalizedShape, dtype, device));
            if (hasBias) bias = new Parameter(zeros(normalizedShape, dtype, device));
        }

        public long[] normalized_shape { get; set; }

        public double eps { get; set; }

        public bool elementwise_affine { get; set; }

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

        public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, normalized_shape, weight, bias, eps);
    }

    public sealed class GroupNorm : nn.Module<Tensor, Tensor>
    {
        internal GroupNorm(long numGroups, long numChannels, double eps, bool affine, Device device, ScalarType? dtype) : base(nameof(GroupNorm))
        {
            (num_groups, this.eps, this.affine) = (numGroups, eps, affine);
            if (!affine) return;
            weight = new Parameter(ones(numChannels, dtype, device));
            bias = new Parameter(zeros(numChannels, dtype, device));
        }

        public long num_groups { get; set; }

        public double eps { get; set; }

        public bool affine { get; set; }

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

        public override Tensor forward(Tensor tensor) => nn.functional.group_norm(tensor, num_groups, weight, bias, eps);
    }
}
