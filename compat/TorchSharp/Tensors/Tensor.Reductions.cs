using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Ops.sum.One(this, type);
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.One(this, new[] { dim }, keepdim, type);
        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1], keepdim, type);
        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) => sum([dim0, dim1, dim2], keepdim, type);
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Ops.sum_dim_IntList.One(this, dim, keepdim, type);
        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => sum(dim.ToArray(), keepdim, type);
        public Tensor mean() => Ops.mean.One(this);
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Ops.mean_dim.One(this, dimensions, keepdim, type);
        public Tensor nansum() => Ops.nansum.One(this);
        public Tensor prod(ScalarType? type = null) => Ops.prod.One(this, type);
        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Ops.prod_dim_int.One(this, dim, keepdim, type);
        public Tensor max() => Ops.max.One(this);
        public Tensor max(Tensor other) => Ops.max_other.One(this, other);
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Ops.max_dim.Two(this, dim, keepdim);
        public Tensor argmax() => Ops.argmax.One(this);
        public Tensor argmax(long dim, bool keepdim = false) => Ops.argmax.One(this, dim, keepdim);
        public Tensor amax(params long[] dims) => Ops.amax.One(this, dims);
        public Tensor min() => Ops.min.One(this);
        public Tensor min(Tensor other) => Ops.min_other.One(this, other);
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Ops.min_dim.Two(this, dim, keepdim);
        public Tensor argmin() => Ops.argmin.One(this);
        public Tensor argmin(long dim, bool keepdim = false) => Ops.argmin.One(this, dim, keepdim);
        public Tensor amin(params long[] dims) => Ops.amin.One(this, dims);
        public Tensor all() => Ops.all.One(this);
        public Tensor all(long dim, bool keepdim = false) => Ops.all_dim.One(this, dim, keepdim);
        public Tensor any() => Ops.any.One(this);
        public Tensor any(long dim, bool keepdim = false) => Ops.any_dim.One(this, dim, keepdim);
        public Tensor std(bool unbiased = true) => Ops.std.One(this, unbiased);
        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => std([dim], unbiased, keepdim, type);
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.std_dim.One(type is { } t ? to_type(t) : this, dimensions, unbiased, keepdim);
        public Tensor var(bool unbiased = true) => Ops.var.One(this, unbiased);
        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => var([dim], unbiased, keepdim, type);
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) => Ops.var_dim.One(type is { } t ? to_type(t) : this, dimensions, unbiased, keepdim);
        public Tensor norm(float p = 2) => Ops.norm_Scalar.One(this, (double)p);
        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Ops.norm_ScalarOpt_dim.One(this, (double)p, new long[] { dim }, keepdim);
        public Tensor count_nonzero(long[] dims = null) => dims is null ? Ops.count_nonzero.One(this) : Ops.count_nonzero_dim_IntList.One(this, dims);
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.cumsum.One(this, dim, type);
        public Tensor cumprod(long dim, ScalarType? type = null) => Ops.cumprod.One(this, dim, type);
        public Tensor logsumexp(long dim, bool keepdim = false) => Ops.logsumexp.One(this, new[] { dim }, keepdim);
        public Tensor median() => Ops.median.One(this);
        public (Tensor values, Tensor indices) topk(int k, int dim = -1, bool largest = true, bool sorted = true) => Ops.topk.Two(this, k, dim, largest, sorted);
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) => Ops.sort_stable.Two(this, stable, dim, descending);
        public Tensor argsort(long dim = -1, bool descending = false) => Ops.argsort.One(this, dim, descending);
        public Tensor bincount(Tensor weights, long minlength = 0) => Ops.bincount.One(this, weights, minlength);
        public Tensor nonzero() => Ops.nonzero.One(this);
    }
}
