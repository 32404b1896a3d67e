using TorchSharp.Interop;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Embedding Embedding(long num_embeddings, long embedding_dims, long? padding_idx = null, double? max_norm = null, double norm_type = 2, bool scale_grad_by_freq = false, bool sparse = false,
                Device device = null, ScalarType? dtype = null) =>
                new(num_embeddings, embedding_dims, padding_idx, max_norm, norm_type, scale_grad_by_freq, sparse, device, dtype);
        }
    }
}

namespace TorchSharp.Modules
{
    public sealed class Embedding : nn.Module<Tensor, Tensor>
    {
        private readonly long _paddingIndex;
        private readonly double? _maxNorm;
        private readonly double _normType;
        private readonly bool _scaleGradByFreq;
        private readonly bool _sparse;

        internal Embedding(long count, long size, long? paddingIndex, double? maxNorm, double normType, bool scaleGradByFreq, bool sparse, Device device, ScalarType? dtype) : base(nameof(Embedding))
        {
            (_paddingIndex, _maxNorm, _normType, _scaleGradByFreq, _sparse) = (paddingIndex ?? -1, maxNorm, normType, scaleGradByFreq, sparse);
            weight = new Parameter(empty(count, size, dtype, device));
            nn.init.normal_(weight);
            if (paddingIndex is not { } index) return;
            using var mode = no_grad();
            using var row = weight.select(0, index);
            row.zero_();
        }

        public Parameter weight
        {
            get => field;
            set => this.Reregister(nameof(weight), field = value);
        }

        public override Tensor forward(Tensor input)
        {
            if (_maxNorm is { } max)
            {
                using var mode = no_grad();
                Ops.embedding_renorm_.Self(weight, input, max, _normType);
            }

            return Ops.embedding.One(weight, input, _paddingIndex, _scaleGradByFreq, _sparse);
        }
    }
}
