using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>What to take of one dimension: an element, a range, all of it, the elements that a tensor names; or a new dimension of size 1.</summary>
    public struct TensorIndex
    {
        public static readonly TensorIndex Ellipsis = new() { Kind = IndexKind.Ellipsis };
        public static readonly TensorIndex None = new() { Kind = IndexKind.NewDimension };
        public static readonly TensorIndex Null = None;
        public static readonly TensorIndex Colon = Slice();

        internal IndexKind Kind;
        internal long? Start;
        internal long? Stop;
        internal long? Step;
        internal Tensor Elements;

        internal enum IndexKind { Slice, Single, Ellipsis, NewDimension, Tensor }

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new() { Kind = IndexKind.Slice, Start = start, Stop = stop, Step = step };

        public static TensorIndex Slice(Range range) => Slice(At(range.Start), range.End.Equals(Index.End) ? null : At(range.End));

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Single(long? index) => new() { Kind = IndexKind.Single, Start = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { Kind = IndexKind.Tensor, Elements = tensor };

        public static implicit operator TensorIndex(long value) => Single(value);
        public static implicit operator TensorIndex(Index index) => Single(At(index));
        public static implicit operator TensorIndex(Range range) => Slice(range);
        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        private static long At(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }

    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params long[] indices]
        {
            get => index([.. indices.Select(i => (TensorIndex)i)]);
            set => index_put_(value, [.. indices.Select(i => (TensorIndex)i)]);
        }

        /// <summary>A view, as long as no index is a tensor.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (view, tensors) = Resolve(indices);
            return (tensors.Length > 0 ? view.index(tensors) : ReferenceEquals(view, this) ? alias() : view).MoveToOuterDisposeScope();
        }

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            using var scope = NewDisposeScope();
            var (view, tensors) = Resolve(indices);
            if (tensors.Length > 0) view.index_put_(value, tensors, accumulate);
            else if (accumulate) view.add_(value);
            else view.copy_(value);
            return this;
        }

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var filler = full(Array.Empty<long>(), value, dtype, device);
            return index_put_(filler, indices);
        }

        // Elements, ranges and new dimensions become a view; what tensors name is left for index and index_put_, one entry a dimension of that view.
        private (Tensor View, Tensor[] Tensors) Resolve(TensorIndex[] indices)
        {
            var (view, dim) = (this, 0L);
            var tensors = new List<Tensor>();
            var taken = indices.Count(i => i.Kind is not (TensorIndex.IndexKind.Ellipsis or TensorIndex.IndexKind.NewDimension));
            foreach (var index in indices)
            {
                switch (index.Kind)
                {
                    case TensorIndex.IndexKind.Single:
                        view = view.select(dim, index.Start.Value);
                        break;
                    case TensorIndex.IndexKind.Slice:
                        if (index.Start is not null || index.Stop is not null || index.Step is not null) view = view.slice(dim, index.Start ?? 0, index.Stop ?? long.MaxValue, index.Step ?? 1);
                        dim++;
                        break;
                    case TensorIndex.IndexKind.NewDimension:
                        view = view.unsqueeze(dim++);
                        break;
                    case TensorIndex.IndexKind.Ellipsis:
                        dim += ndim - taken;
                        break;
                    default:
                        while (tensors.Count < dim) tensors.Add(null);
                        tensors.Add(index.Elements);
                        dim++;
                        break;
                }
            }

            return (view, [.. tensors]);
        }
    }
}
