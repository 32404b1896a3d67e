using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Ops.matmul.One(this, target);
        public Tensor mm(Tensor target) => Ops.mm.One(this, target);
        public Tensor mv(Tensor target) => Ops.mv.One(this, target);
        public Tensor dot(Tensor target) => Ops.dot.One(this, target);
        public Tensor bmm(Tensor batch2) => Ops.bmm.One(this, batch2);
        public Tensor outer(Tensor vec2) => Ops.outer.One(this, vec2);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Ops.addmm.One(this, mat1, mat2, beta, alpha);
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Ops.addmm_.Self(this, mat1, mat2, beta, alpha);
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Ops.addmv.One(this, mat, vec, beta, alpha);
        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Ops.addmv_.Self(this, mat, vec, beta, alpha);
        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Ops.addbmm.One(this, batch1, batch2, beta, alpha);
        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Ops.addbmm_.Self(this, batch1, batch2, beta, alpha);
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Ops.baddbmm.One(this, batch1, batch2, beta, alpha);
        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Ops.addr.One(this, vec1, vec2, beta, alpha);
        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Ops.addr_.Self(this, vec1, vec2, beta, alpha);
        public Tensor trace() => Ops.trace.One(this);
        public Tensor diag(long diagonal = 0) => Ops.diag.One(this, diagonal);
        public Tensor tril(long diagonal = 0) => Ops.tril.One(this, diagonal);
        public Tensor triu(long diagonal = 0) => Ops.triu.One(this, diagonal);
    }
}
