using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor narrow(long dim, long start, long length) => Ops.narrow.One(this, dim, start, length);
        public Tensor slice(long dim, long start, long finish, long step) => Ops.slice_Tensor.One(this, dim, start, finish, step);
        public Tensor select(long dim, long index) => Ops.select_int.One(this, dim, index);
        public Tensor index_select(long dim, Tensor index) => Ops.index_select.One(this, dim, index);
        public Tensor masked_select(Tensor mask) => Ops.masked_select.One(this, mask);
        public Tensor masked_fill(Tensor mask, Scalar value) => Ops.masked_fill_Scalar.One(this, mask, value);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Ops.masked_fill__Scalar.Self(this, mask, value);
        public Tensor gather(long dim, Tensor index) => Ops.gather.One(this, dim, index);
        public Tensor take(Tensor index) => Ops.take.One(this, index);
        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.scatter_src.One(this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Ops.scatter__src.Self(this, dim, index, src);
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.scatter_add.One(this, dim, index, src);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Ops.scatter_add_.Self(this, dim, index, src);
        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.index_add.One(this, dim, index, source, alpha);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Ops.index_add_.Self(this, dim, index, source, alpha);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Ops.index_copy_.Self(this, dim, index, source);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Ops.index_fill__int_Scalar.Self(this, dim, index, value);

        /// <summary>One index tensor a dimension; null takes the whole dimension.</summary>
        public Tensor index(params Tensor[] indices) => Ops.index_Tensor.One(this, Argument.OptionalList(indices));
        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, false);
        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) => Ops.index_put_.Self(this, Argument.OptionalList(indices), value, accumulate);
    }
}
