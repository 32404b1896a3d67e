using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Ops.add_Tensor.One(this, target);
        public Tensor add(Tensor target, Scalar alpha) => Ops.add_Tensor.One(this, target, alpha);
        public Tensor add(Scalar scalar) => Ops.add_Scalar.One(this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Ops.add_Scalar.One(this, scalar, alpha);
        public Tensor sub(Tensor target) => Ops.sub_Tensor.One(this, target);
        public Tensor sub(Scalar target) => Ops.sub_Scalar.One(this, target);
        public Tensor subtract(Tensor target) => sub(target);
        public Tensor subtract(Scalar target) => sub(target);
        public Tensor mul(Tensor target) => Ops.mul_Tensor.One(this, target);
        public Tensor mul(Scalar target) => Ops.mul_Scalar.One(this, target);
        public Tensor multiply(Tensor target) => mul(target);
        public Tensor multiply(Scalar target) => mul(target);
        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Ops.div_Tensor.One(this, target)
            : Ops.div_Tensor_mode.One(this, target, rounding_mode.ToString());
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor true_divide(Tensor other) => div(other);
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Ops.div_Scalar.One(this, target)
            : Ops.div_Scalar_mode.One(this, target, rounding_mode.ToString());
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor true_divide(Scalar other) => div(other);
        public Tensor remainder(Tensor target) => Ops.remainder_Tensor.One(this, target);
        public Tensor remainder(Scalar scalar) => Ops.remainder_Scalar.One(this, scalar);
        public Tensor fmod(Tensor target) => Ops.fmod_Tensor.One(this, target);
        public Tensor fmod(Scalar scalar) => Ops.fmod_Scalar.One(this, scalar);
        public Tensor floor_divide(Tensor other) => Ops.floor_divide.One(this, other);
        public Tensor floor_divide(Scalar other) => Ops.floor_divide_Scalar.One(this, other);
        public Tensor pow(Tensor exponent) => Ops.pow_Tensor_Tensor.One(this, exponent);
        public Tensor pow(Scalar exponent) => Ops.pow_Tensor_Scalar.One(this, exponent);
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcmul.One(this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcdiv.One(this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Ops.addcdiv.One(this, tensor1, tensor2);
        public Tensor lerp(Tensor end, Tensor weight) => Ops.lerp_Tensor.One(this, end, weight);
        public Tensor atan2(Tensor other) => Ops.atan2.One(this, other);
        public Tensor logical_and(Tensor other) => Ops.logical_and.One(this, other);
        public Tensor logical_or(Tensor other) => Ops.logical_or.One(this, other);
        public Tensor logical_xor(Tensor other) => Ops.logical_xor.One(this, other);
        public Tensor bitwise_and(Tensor other) => Ops.bitwise_and_Tensor.One(this, other);
        public Tensor bitwise_or(Tensor other) => Ops.bitwise_or_Tensor.One(this, other);
        public Tensor bitwise_xor(Tensor other) => Ops.bitwise_xor_Tensor.One(this, other);
        public Tensor add_(Tensor target) => Ops.add__Tensor.Self(this, target);
        public Tensor add_(Tensor target, Scalar alpha) => Ops.add__Tensor.Self(this, target, alpha);
        public Tensor add_(Scalar scalar) => Ops.add__Scalar.Self(this, scalar);
        public Tensor add_(Scalar scalar, Scalar alpha) => Ops.add__Scalar.Self(this, scalar, alpha);
        public Tensor sub_(Tensor target) => Ops.sub__Tensor.Self(this, target);
        public Tensor sub_(Scalar target) => Ops.sub__Scalar.Self(this, target);
        public Tensor subtract_(Tensor target) => sub_(target);
        public Tensor subtract_(Scalar target) => sub_(target);
        public Tensor mul_(Tensor target) => Ops.mul__Tensor.Self(this, target);
        public Tensor mul_(Scalar target) => Ops.mul__Scalar.Self(this, target);
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Ops.div__Tensor.Self(this, target)
            : Ops.div__Tensor_mode.Self(this, target, rounding_mode.ToString());
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);
        public Tensor true_divide_(Tensor other) => div_(other);
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Ops.div__Scalar.Self(this, target)
            : Ops.div__Scalar_mode.Self(this, target, rounding_mode.ToString());
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);
        public Tensor true_divide_(Scalar other) => div_(other);
        public Tensor remainder_(Tensor target) => Ops.remainder__Tensor.Self(this, target);
        public Tensor remainder_(Scalar scalar) => Ops.remainder__Scalar.Self(this, scalar);
        public Tensor fmod_(Tensor target) => Ops.fmod__Tensor.Self(this, target);
        public Tensor fmod_(Scalar scalar) => Ops.fmod__Scalar.Self(this, scalar);
        public Tensor floor_divide_(Tensor other) => Ops.floor_divide__Tensor.Self(this, other);
        public Tensor floor_divide_(Scalar other) => Ops.floor_divide__Scalar.Self(this, other);
        public Tensor pow_(Tensor exponent) => Ops.pow__Tensor.Self(this, exponent);
        public Tensor pow_(Scalar exponent) => Ops.pow__Scalar.Self(this, exponent);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcmul_.Self(this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.addcdiv_.Self(this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Ops.addcdiv_.Self(this, tensor1, tensor2);
        public Tensor lerp_(Tensor end, Tensor weight) => Ops.lerp__Tensor.Self(this, end, weight);
        public Tensor atan2_(Tensor other) => Ops.atan2_.Self(this, other);
        public Tensor logical_and_(Tensor other) => Ops.logical_and_.Self(this, other);
        public Tensor logical_or_(Tensor other) => Ops.logical_or_.Self(this, other);
        public Tensor logical_xor_(Tensor other) => Ops.logical_xor_.Self(this, other);
        public Tensor bitwise_and_(Tensor other) => Ops.bitwise_and__Tensor.Self(this, other);
        public Tensor bitwise_or_(Tensor other) => Ops.bitwise_or__Tensor.Self(this, other);
        public Tensor bitwise_xor_(Tensor other) => Ops.bitwise_xor__Tensor.Self(this, other);
        public Tensor maximum(Tensor other) => Ops.maximum.One(this, other);
        public Tensor minimum(Tensor other) => Ops.minimum.One(this, other);
        public Tensor fmax(Tensor other) => Ops.fmax.One(this, other);
        public Tensor fmin(Tensor other) => Ops.fmin.One(this, other);
        public Tensor logaddexp(Tensor other) => Ops.logaddexp.One(this, other);
        public Tensor hypot(Tensor other) => Ops.hypot.One(this, other);

        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);
        public static Tensor operator +(Tensor left, Scalar right) => left.add(right);
        public static Tensor operator +(Scalar left, Tensor right) => right.add(left);
        public static Tensor operator +(Tensor left, int right) => left.add((Scalar)right);
        public static Tensor operator +(Tensor left, long right) => left.add((Scalar)right);
        public static Tensor operator +(Tensor left, float right) => left.add((Scalar)right);
        public static Tensor operator +(Tensor left, double right) => left.add((Scalar)right);
        public static Tensor operator +(int left, Tensor right) => (Scalar)left + right;
        public static Tensor operator +(long left, Tensor right) => (Scalar)left + right;
        public static Tensor operator +(float left, Tensor right) => (Scalar)left + right;
        public static Tensor operator +(double left, Tensor right) => (Scalar)left + right;

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);
        public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);
        public static Tensor operator -(Scalar left, Tensor right) => Ops.rsub_Scalar.One(right, left);
        public static Tensor operator -(Tensor left, int right) => left.sub((Scalar)right);
        public static Tensor operator -(Tensor left, long right) => left.sub((Scalar)right);
        public static Tensor operator -(Tensor left, float right) => left.sub((Scalar)right);
        public static Tensor operator -(Tensor left, double right) => left.sub((Scalar)right);
        public static Tensor operator -(int left, Tensor right) => (Scalar)left - right;
        public static Tensor operator -(long left, Tensor right) => (Scalar)left - right;
        public static Tensor operator -(float left, Tensor right) => (Scalar)left - right;
        public static Tensor operator -(double left, Tensor right) => (Scalar)left - right;

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);
        public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);
        public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);
        public static Tensor operator *(Tensor left, int right) => left.mul((Scalar)right);
        public static Tensor operator *(Tensor left, long right) => left.mul((Scalar)right);
        public static Tensor operator *(Tensor left, float right) => left.mul((Scalar)right);
        public static Tensor operator *(Tensor left, double right) => left.mul((Scalar)right);
        public static Tensor operator *(int left, Tensor right) => (Scalar)left * right;
        public static Tensor operator *(long left, Tensor right) => (Scalar)left * right;
        public static Tensor operator *(float left, Tensor right) => (Scalar)left * right;
        public static Tensor operator *(double left, Tensor right) => (Scalar)left * right;

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);
        public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
        public static Tensor operator /(Scalar left, Tensor right) => right.reciprocal().mul_(left);
        public static Tensor operator /(Tensor left, int right) => left.div((Scalar)right);
        public static Tensor operator /(Tensor left, long right) => left.div((Scalar)right);
        public static Tensor operator /(Tensor left, float right) => left.div((Scalar)right);
        public static Tensor operator /(Tensor left, double right) => left.div((Scalar)right);
        public static Tensor operator /(int left, Tensor right) => (Scalar)left / right;
        public static Tensor operator /(long left, Tensor right) => (Scalar)left / right;
        public static Tensor operator /(float left, Tensor right) => (Scalar)left / right;
        public static Tensor operator /(double left, Tensor right) => (Scalar)left / right;

        public static Tensor operator %(Tensor left, Tensor right) => left.remainder(right);
        public static Tensor operator %(Tensor left, Scalar right) => left.remainder(right);
        public static Tensor operator -(Tensor tensor) => tensor.neg();
        public static Tensor operator ~(Tensor left) => left.bitwise_not();
        public static Tensor operator &(Tensor left, Tensor right) => left.bitwise_and(right);
        public static Tensor operator |(Tensor left, Tensor right) => left.bitwise_or(right);
        public static Tensor operator ^(Tensor left, Tensor right) => left.bitwise_xor(right);
    }
}
