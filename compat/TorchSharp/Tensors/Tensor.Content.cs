using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor clone() => Ops.clone.One(this);
        public Tensor detach() => Ops.detach.One(this);
        public Tensor detach_() => Ops.detach_.Self(this);
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Ops.copy_.Self(this, source, nonBlocking);
        public Tensor set_(Tensor source) => Ops.set__source_Tensor.Self(this, source);
        public Tensor fill_(Scalar value) => Ops.fill__Scalar.Self(this, value);
        public Tensor zero_() => Ops.zero_.Self(this);

        public Tensor empty_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.empty_like.One(this, dtype, default, device).requires_grad_if(requires_grad);
        public Tensor zeros_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.zeros_like.One(this, dtype, default, device).requires_grad_if(requires_grad);
        public Tensor ones_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.ones_like.One(this, dtype, default, device).requires_grad_if(requires_grad);
        public Tensor rand_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.rand_like.One(this, dtype, default, device).requires_grad_if(requires_grad);
        public Tensor randn_like(ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.randn_like.One(this, dtype, default, device).requires_grad_if(requires_grad);
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.full_like.One(this, value, dtype, default, device).requires_grad_if(requires_grad);
        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.new_empty.One(this, size, dtype, default, device).requires_grad_if(requires_grad);
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Ops.new_zeros.One(this, size, dtype, default, device).requires_grad_if(requires_grad);

        public Tensor normal_(double mean = 0, double std = 1, Generator generator = null) => Ops.normal_.Self(this, mean, std, generator);
        public Tensor uniform_(double from, double to, Generator generator = null) => Ops.uniform_.Self(this, from, to, generator);
        public Tensor bernoulli(Generator generator = null) => Ops.bernoulli.One(this, generator);
        public Tensor bernoulli_(double p = 0.5, Generator generator = null) => Ops.bernoulli__float.Self(this, p, generator);
        public Tensor bernoulli_(Tensor p, Generator generator = null) => Ops.bernoulli__Tensor.Self(this, p, generator);
        public Tensor exponential_(double lambda = 1, Generator generator = null) => Ops.exponential_.Self(this, lambda, generator);
        public Tensor random_(double from, double to, Generator generator = null) => Ops.random__from.Self(this, (long)from, (long)to, generator);
        public Tensor multinomial(long num_samples, bool replacement = false, Generator generator = null) => Ops.multinomial.One(this, num_samples, replacement, generator);

        // The tensor itself when it already is what is asked for, unless `copy`.
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Converted(Ops.to_device.One(this, device, type, non_blocking, copy), disposeAfter);
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to_type(type, copy, disposeAfter, non_blocking);
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            !copy && type == dtype ? this : Converted(Ops.to_dtype.One(this, type, non_blocking, copy), disposeAfter);
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            !copy && device.type == device_type && (device.index < 0 || device.index == device_index) ? this : to(dtype, device, copy, disposeAfter, non_blocking);
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(new Device(device), copy, disposeAfter, non_blocking);
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);
        public Tensor type(ScalarType dtype) => to_type(dtype);
        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);
        public Tensor cpu() => to(CPU);
        public Tensor cuda(Device device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);
        public Tensor @bool() => to_type(ScalarType.Bool);
        public Tensor @byte() => to_type(ScalarType.Byte);
        public Tensor @char() => to_type(ScalarType.Int8);
        public Tensor @short() => to_type(ScalarType.Int16);
        public Tensor @int() => to_type(ScalarType.Int32);
        public Tensor @long() => to_type(ScalarType.Int64);
        public Tensor half() => to_type(ScalarType.Float16);
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);
        public Tensor @float() => to_type(ScalarType.Float32);
        public Tensor @double() => to_type(ScalarType.Float64);

        internal Tensor requires_grad_if(bool requires_grad) => requires_grad ? requires_grad_() : this;

        private Tensor Converted(Tensor result, bool disposeAfter)
        {
            if (disposeAfter && result.Handle != Handle) Dispose();
            return result;
        }
    }
}
