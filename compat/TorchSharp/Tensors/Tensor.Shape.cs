using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Ops.view.One(this, shape);
        public Tensor view_as(Tensor other) => Ops.view_as.One(this, other);
        public Tensor reshape(params long[] shape) => Ops.reshape.One(this, shape);
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.flatten_using_ints.One(this, start_dim, end_dim);
        public Tensor unflatten(long dim, params long[] sizes) => reshape([.. shape[..(int)Positive(dim)], .. sizes, .. shape[((int)Positive(dim) + 1)..]]);
        public Tensor ravel() => Ops.ravel.One(this);
        public Tensor squeeze(long? dim = null) => dim is { } d ? Ops.squeeze_dim.One(this, d) : Ops.squeeze.One(this);
        public Tensor squeeze_(long? dim = null) => dim is { } d ? Ops.squeeze__dim.Self(this, d) : Ops.squeeze_.Self(this);
        public Tensor unsqueeze(long dim) => Ops.unsqueeze.One(this, dim);
        public Tensor unsqueeze_(long dim) => Ops.unsqueeze_.Self(this, dim);
        public Tensor t() => Ops.t.One(this);
        public Tensor T => Ops.numpy_T.One(this);
        public Tensor mT => Ops.mT.One(this);
        public Tensor transpose(long dim0, long dim1) => Ops.transpose_int.One(this, dim0, dim1);
        public Tensor transpose_(long dim0, long dim1) => Ops.transpose_.Self(this, dim0, dim1);
        public Tensor swapaxes(long dim0, long dim1) => transpose(dim0, dim1);
        public Tensor swapdims(long dim0, long dim1) => transpose(dim0, dim1);
        public Tensor permute(params long[] permutation) => Ops.permute.One(this, permutation);
        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());
        public Tensor movedim(long[] source, long[] destination) => Ops.movedim_intlist.One(this, source, destination);
        public Tensor expand(params long[] sizes) => Ops.expand.One(this, sizes);
        public Tensor expand(long[] sizes, bool isImplicit = false) => Ops.expand.One(this, sizes, isImplicit);
        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => expand(sizes.ToArray(), isImplicit);
        public Tensor expand_as(Tensor other) => Ops.expand_as.One(this, other);
        public Tensor broadcast_to(params long[] shape) => Ops.broadcast_to.One(this, shape);
        public Tensor repeat(params long[] sizes) => Ops.repeat.One(this, sizes);
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) => Ops.repeat_interleave_self_int.One(this, repeats, dim, output_size);
        public Tensor tile(long[] reps) => Ops.tile.One(this, reps);
        public Tensor roll(long shifts, long? dims = null) => Ops.roll.One(this, new[] { shifts }, dims is { } d ? new[] { d } : Array.Empty<long>());
        public Tensor roll(long[] shifts, long[] dims) => Ops.roll.One(this, shifts, dims);
        public Tensor flip(params long[] dims) => Ops.flip.One(this, dims);
        public Tensor fliplr() => Ops.fliplr.One(this);
        public Tensor flipud() => Ops.flipud.One(this);
        public Tensor unfold(long dimension, long size, long step) => Ops.unfold.One(this, dimension, size, step);
        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) => Ops.as_strided.One(this, size, strides, storageOffset);
        public Tensor contiguous() => Ops.contiguous.One(this);
        public Tensor alias() => Ops.alias.One(this);
        public Tensor[] chunk(long chunks, long dim = 0) => Ops.chunk.Many(this, chunks, dim);
        public Tensor[] split(long size, int dim = 0) => Ops.split_Tensor.Many(this, size, dim);
        public Tensor[] split(long[] sizes, long dim = 0) => Ops.split_with_sizes.Many(this, sizes, dim);
        public Tensor[] unbind(long dimension = 0) => Ops.unbind_int.Many(this, dimension);
        public Tensor[] tensor_split(long size, long dim = 0) => Ops.tensor_split_sections.Many(this, size, dim);

        private long Positive(long dim) => dim < 0 ? dim + ndim : dim;
    }
}
