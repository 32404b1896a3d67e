using TorchSharp.Interop;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>One reference to a libtorch tensor. Dispose it, or make it in a <see cref="DisposeScope"/>; the finalizer is the last resort.</summary>
    public partial class Tensor : IDisposable
    {
        private static long _live;
        private static long _peak;
        private nint _handle;

        internal Tensor(nint handle)
        {
            _handle = handle;
            if (handle == 0)
            {
                GC.SuppressFinalize(this);
                return;
            }

            var live = Interlocked.Increment(ref _live);
            if (live > _peak) _peak = live;
            if (DisposeScopeManager.Current is { } scope)
            {
                Scope = scope;
                ScopeSlot = scope.Add(this);
            }
        }

        ~Tensor() => Release();

        /// <summary>Live tensor objects of the process.</summary>
        public static long TotalCount => Interlocked.Read(ref _live);

        public static long PeakCount => Math.Max(_peak, TotalCount);

        internal DisposeScope Scope { get; set; }

        internal int ScopeSlot { get; set; }

        public nint Handle => _handle != 0 ? _handle : throw new InvalidOperationException("The tensor has been disposed, by itself or with its scope, or its content was moved into a Parameter.");

        public bool IsInvalid => _handle == 0;

        public static Tensor UnsafeCreateTensor(nint handle) => new(handle);

        public nint DecoupleFromNativeHandle()
        {
            var handle = Handle;
            _handle = 0;
            Interlocked.Decrement(ref _live);
            Scope?.Forget(this);
            GC.SuppressFinalize(this);
            return handle;
        }

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            Scope?.Forget(this);
            Release();
        }

        private void Release()
        {
            var handle = _handle;
            if (handle == 0) return;
            _handle = 0;
            Interlocked.Decrement(ref _live);
            Native.st_release(handle);
        }

        public Tensor MoveToOuterDisposeScope()
        {
            Scope?.MoveToOuter(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            Scope?.Forget(this);
            other?.Attach((IDisposable)this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.Scope);

        public Tensor DetachFromDisposeScope()
        {
            Scope?.Forget(this);
            return this;
        }

        // ---- what the tensor is ----

        public long Dimensions => Kept(Native.st_dim(Handle));
        public long ndim => Dimensions;
        public long dim() => Dimensions;
        public long NumberOfElements => Kept(Native.st_numel(Handle));
        public long numel() => NumberOfElements;
        public long ElementSize => Kept(Native.st_element_size(Handle));
        public long element_size() => ElementSize;
        public ScalarType dtype => (ScalarType)Kept(Native.st_dtype(Handle));
        public Device device => new(device_type, device_index);
        public bool is_leaf => Kept(Native.st_is_leaf(Handle)) != 0;
        public bool is_sparse => Kept(Native.st_is_sparse(Handle)) != 0;
        public bool is_cuda => device_type == DeviceType.CUDA;
        public bool is_meta => device_type == DeviceType.META;
        public bool is_cpu() => device_type == DeviceType.CPU;
        public bool is_contiguous() => Kept(Native.st_is_contiguous(Handle)) != 0;
        public bool is_floating_point() => dtype is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;
        public bool is_complex() => dtype is ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;
        public bool is_integral() => dtype is ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Bool;
        public long storage_offset() => Kept(Native.st_storage_offset(Handle));

        public unsafe DeviceType device_type
        {
            get
            {
                int index;
                return (DeviceType)Kept(Native.st_device(Handle, &index));
            }
        }

        public unsafe int device_index
        {
            get
            {
                int index;
                Kept(Native.st_device(Handle, &index));
                return index;
            }
        }

        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* first = sizes) Native.Check(Native.st_sizes(Handle, first));
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long[] size() => shape;
        public long size(int dim) => shape[dim < 0 ? dim + ndim : dim];

        public unsafe long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* first = strides) Native.Check(Native.st_strides(Handle, first));
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + ndim : dim];

        public override string ToString() => IsInvalid ? "disposed tensor" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        // ---- gradients ----

        /// <summary>The elements of a contiguous CPU tensor, in place: what is written here is in the tensor. Valid while the tensor lives.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!is_contiguous()) throw new InvalidOperationException("bytes: the tensor is not contiguous; call contiguous() first.");
                if (device_type != DeviceType.CPU) throw new InvalidOperationException("bytes: the tensor is not on the CPU; call cpu() first.");
                return new(Pointer, checked((int)(numel() * element_size())));
            }
            set
            {
                if (value.Length != numel() * element_size()) throw new ArgumentException($"bytes: {value.Length} bytes given, the tensor has {numel() * element_size()}.");
                value.CopyTo(bytes);
            }
        }

        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            Expect<T>();
            if (device_type != DeviceType.CPU) throw new InvalidOperationException("data: reading data from a tensor that is not on the CPU; call cpu() first.");
            return new TensorAccessor<T>(this);
        }

        public T item<T>() where T : unmanaged
        {
            if (numel() != 1) throw new ArgumentException($"item: the tensor has {numel()} elements, not 1.");
            Expect<T>();
            return Element<T>();
        }

        private unsafe T Element<T>() where T : unmanaged
        {
            if (device_type == DeviceType.CPU) return *(T*)Pointer;
            using var local = cpu();
            return *(T*)local.Pointer;
        }

        public Scalar ToScalar()
        {
            if (numel() != 1) throw new ArgumentException($"ToScalar: the tensor has {numel()} elements, not 1.");
            return dtype switch
            {
                ScalarType.Bool => Element<byte>() != 0,
                ScalarType.Byte => Element<byte>(),
                ScalarType.Int8 => Element<sbyte>(),
                ScalarType.Int16 => Element<short>(),
                ScalarType.Int32 => Element<int>(),
                ScalarType.Int64 => Element<long>(),
                ScalarType.Float16 => Element<Half>(),
                ScalarType.BFloat16 => Scalar.Floating(BitConverter.Int32BitsToSingle(Element<short>() << 16), ScalarType.BFloat16),
                ScalarType.Float32 => Element<float>(),
                ScalarType.Float64 => Element<double>(),
                var other => throw new NotSupportedException($"ToScalar: {other} is not supported."),
            };
        }

        private void Expect<T>()
        {
            var type = typeof(T);
            var fits = dtype switch
            {
                ScalarType.Bool => type == typeof(bool),
                ScalarType.Byte => type == typeof(byte),
                ScalarType.Int8 => type == typeof(sbyte),
                ScalarType.Int16 => type == typeof(short),
                ScalarType.Int32 => type == typeof(int),
                ScalarType.Int64 => type == typeof(long),
                ScalarType.Float16 => type == typeof(Half),
                ScalarType.Float32 => type == typeof(float),
                ScalarType.Float64 => type == typeof(double),
                _ => false,
            };
            if (!fits) throw new ArgumentException($"A tensor of {dtype} cannot be read as {type.Name}.");
        }

        public static explicit operator float(Tensor value) => value.ToSingle();
        public static explicit operator double(Tensor value) => value.ToDouble();
        public static explicit operator sbyte(Tensor value) => value.ToSByte();
        public static explicit operator byte(Tensor value) => value.ToByte();
        public static explicit operator short(Tensor value) => value.ToInt16();
        public static explicit operator int(Tensor value) => value.ToInt32();
        public static explicit operator long(Tensor value) => value.ToInt64();
        public static explicit operator bool(Tensor value) => value.ToBoolean();

        // Reads the wrapper after the call, so that the collector does not release the handle during it.
        private T Kept<T>(T value)
        {
            GC.KeepAlive(this);
            return value;
        }
    }
}
