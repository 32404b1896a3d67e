using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Ops.eq_Tensor.One(this, target);
        public Tensor eq(Scalar target) => Ops.eq_Scalar.One(this, target);
        public Tensor eq_(Tensor target) => Ops.eq__Tensor.Self(this, target);
        public Tensor eq_(Scalar target) => Ops.eq__Scalar.Self(this, target);
        public Tensor ne(Tensor target) => Ops.ne_Tensor.One(this, target);
        public Tensor ne(Scalar target) => Ops.ne_Scalar.One(this, target);
        public Tensor ne_(Tensor target) => Ops.ne__Tensor.Self(this, target);
        public Tensor ne_(Scalar target) => Ops.ne__Scalar.Self(this, target);
        public Tensor lt(Tensor target) => Ops.lt_Tensor.One(this, target);
        public Tensor lt(Scalar target) => Ops.lt_Scalar.One(this, target);
        public Tensor lt_(Tensor target) => Ops.lt__Tensor.Self(this, target);
        public Tensor lt_(Scalar target) => Ops.lt__Scalar.Self(this, target);
        public Tensor le(Tensor target) => Ops.le_Tensor.One(this, target);
        public Tensor le(Scalar target) => Ops.le_Scalar.One(this, target);
        public Tensor le_(Tensor target) => Ops.le__Tensor.Self(this, target);
        public Tensor le_(Scalar target) => Ops.le__Scalar.Self(this, target);
        public Tensor gt(Tensor target) => Ops.gt_Tensor.One(this, target);
        public Tensor gt(Scalar target) => Ops.gt_Scalar.One(this, target);
        public Tensor gt_(Tensor target) => Ops.gt__Tensor.Self(this, target);
        public Tensor gt_(Scalar target) => Ops.gt__Scalar.Self(this, target);
        public Tensor ge(Tensor target) => Ops.ge_Tensor.One(this, target);
        public Tensor ge(Scalar target) => Ops.ge_Scalar.One(this, target);
        public Tensor ge_(Tensor target) => Ops.ge__Tensor.Self(this, target);
        public Tensor ge_(Scalar target) => Ops.ge__Scalar.Self(this, target);
        public Tensor not_equal(Tensor target) => ne(target);
        public Tensor less(Tensor target) => lt(target);
        public Tensor less_equal(Tensor target) => le(target);
        public Tensor greater(Tensor target) => gt(target);
        public Tensor greater_equal(Tensor target) => ge(target);

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);
        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);
        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);
        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);
        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);
        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        /// <summary>Same shape and same values, as a tensor of one bool.</summary>
        public Tensor equal(Tensor target) => tensor(Ops.equal.Bool(this, target));
        public bool Equals(Tensor target) => target is not null && (ReferenceEquals(this, target) || Ops.equal.Bool(this, target));
        public override bool Equals(object obj) => obj is Tensor tensor && Equals(tensor);
        public override int GetHashCode() => base.GetHashCode();
        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) => Ops.allclose.Bool(this, target, rtol, atol, equal_nan);
        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) => Ops.isclose.One(this, other, rtol, atol, nanEqual);
        public bool is_nonzero() => Ops.is_nonzero.Bool(this);
        public Tensor where(Tensor condition, Tensor y) => Ops.where_self.One(condition, this, y);
    }
}
