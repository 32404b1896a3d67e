using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, long stride = 1, long padding = 0, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [padding, padding], null, [dilation, dilation], groups, bias, padding_mode, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, (long, long) kernel_size, (long, long)? stride = null, (long, long)? padding = null, (long, long)? dilation = null,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, functional.Pair(kernel_size), functional.Pair(stride ?? (1, 1)), functional.Pair(padding ?? (0, 0)), null, functional.Pair(dilation ?? (1, 1)), groups, bias, padding_mode, device, dtype);

            public static Conv2d Conv2d(long in_channels, long out_channels, long kernel_size, Padding padding, long stride = 1, long dilation = 1,
                PaddingModes padding_mode = PaddingModes.Zeros, long groups = 1, bool bias = true, Device device = null, ScalarType? dtype = null) =>
                new(in_channels, out_channels, [kernel_size, kernel_size], [stride, stride], [0, 0], padding, [dilation, dilation], groups, bias, padding_mode, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    public abstract class Convolution : nn.Module<Tensor, Tensor>
    {
        private readonly long[] _kernelSize;
        private readonly long[] _stride;
        private readonly long[] _padding;
        private readonly long[] _dilation;

        private protected Convolution(string name, long inChannels, long outChannels, long[] kernelSize, long[] stride, long[] padding, Padding? paddingType, long[] dilation, long groups, bool hasBias,
            PaddingModes paddingMode, Device device, ScalarType? dtype) : base(name)
        {
            if (inChannels % groups != 0 || outChannels % groups != 0) throw new ArgumentException($"{name}: {inChannels} input and {outChannels} output channels must be multiples of groups, {groups}.");
            in_channels = inChannels;
            out_channels = outChannels;
            (_kernelSize, _stride, _padding, _dilation) = (kernelSize, stride, padding, dilation);
            padding_type = paddingType;
            padding_mode = paddingMode;
            this.groups = groups;
            weight = new Parameter(empty((long[])[outChannels, inChannels / groups, .. kernelSize], dtype, device));
            bias = hasBias ? new Parameter(empty(outChannels, dtype, device)) : null;
            reset_parameters();
        }

        public long in_channels { get; }

        public long out_channels { get; }

        public long groups { get; }

        public long[] kernel_size => [.. _kernelSize];

        public long[] stride => [.. _stride];

        public long[] padding => [.. _padding];

        public long[] dilation => [.. _dilation];

        public Padding? padding_type { get; }

        public PaddingModes padding_mode { get; }

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

        public void reset_parameters()
        {
            nn.init.kaiming_uniform_(weight, a: Math.Sqrt(5));
            nn.init.DefaultBias(bias, weight);
        }

        // The arrays themselves: kernels read them at each call.
        private protected (long[] Stride, long[] Padding, long[] Dilation) Geometry => (_stride, _padding, _dilation);
    }

    public sealed class Conv2d : Convolution
    {
        internal Conv2d(long inChannels, long outChannels, long[] kernelSize, long[] stride, long[] padding, Padding? paddingType, long[] dilation, long groups, bool hasBias,
            PaddingModes paddingMode, Device device, ScalarType? dtype)
            : base(nameof(Conv2d), inChannels, outChannels, kernelSize, stride, padding, paddingType, dilation, groups, hasBias, paddingMode, device, dtype)
        {
        }

        public override Tensor forward(Tensor input)
        {
            var (stride, padding, dilation) = Geometry;
            if (padding_mode == PaddingModes.Zeros)
            {
                return padding_type is { } type
                    ? Ops.conv2d_padding.One(input, weight, bias, stride, type == Padding.Same ? "same" : "valid", dilation, groups)
                    : Ops.conv2d.One(input, weight, bias, stride, padding, dilation, groups);
            }

            using var padded = nn.functional.pad(input, Around(dilation, padding), padding_mode);
            return Ops.conv2d.One(padded, weight, bias, stride, (long[])[0, 0], dilation, groups);
        }

        // Last dimension first, before and after; `same` puts the odd element after, as PyTorch does.
        private long[] Around(long[] dilation, long[] padding)
        {
            if (padding_type is not Padding.Same) return [padding[1], padding[1], padding[0], padding[0]];
            var kernel = kernel_size;
            long[] total = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
            return [total[1] / 2, total[1] - (total[1] / 2), total[0] / 2, total[0] - (total[0] / 2)];
        }
    }
}
