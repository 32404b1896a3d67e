using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>Tensors from managed data: `tensor` copies, `from_array` and `frombuffer` alias the array, which stays pinned while any tensor over it lives.</summary>
public static partial class torch
{
    public static Tensor from_array(Array rawArray, Device device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device device = null, bool requires_grad = false, string[] names = null) =>
        Alias(rawArray, TypeOf(rawArray), 0, Shape(rawArray)).Placed(dtype, device).Created(requires_grad, names);

    /// <summary>One dimension over the array's bytes from <paramref name="offset"/> (in elements of the array) on; count -1 takes the rest.</summary>
    public static Tensor frombuffer(Array rawArray, ScalarType dtype, long count = -1, long offset = 0, bool requires_grad = false)
    {
        var elementSize = TypeOf(rawArray).ElementSize();
        var available = ((rawArray.LongLength - offset) * elementSize) / dtype.ElementSize();
        if (offset < 0 || count > available || available < 0) throw new ArgumentException($"frombuffer: {count} elements of {dtype} from offset {offset} do not fit an array of {rawArray.LongLength} elements.");
        return Alias(rawArray, dtype, offset * elementSize, [count < 0 ? available : count]).Created(requires_grad, null);
    }

    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device device = null) => data.alias().Placed(dtype, device);
    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device device = null) => from_array(data, dtype, device);

    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Of(scalar, dtype ?? ScalarType.Bool, device).Created(requires_grad, null);
    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<bool>(rawArray, [rawArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<bool>(rawArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(bool[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<bool>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(bool[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<bool>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(bool[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<bool>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(IList<bool> rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(byte scalar, Device device = null, bool requires_grad = false) => Of(scalar, ScalarType.Byte, device).Created(requires_grad, null);
    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<byte>(rawArray, [rawArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<byte>(rawArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(byte[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<byte>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(byte[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<byte>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(byte[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<byte>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(IList<byte> rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dtype, device, requires_grad, names);
    public static Tensor tensor(Memory<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(sbyte scalar, Device device = null, bool requires_grad = false) => Of(scalar, ScalarType.Int8, device).Created(requires_grad, null);
    public static Tensor tensor(sbyte[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<sbyte>(rawArray, [rawArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(sbyte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<sbyte>(rawArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(sbyte[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<sbyte>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(sbyte[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<sbyte>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(sbyte[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<sbyte>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);

    public static Tensor tensor(short scalar, Device device = null, bool requires_grad = false) => Of(scalar, ScalarType.Int16, device).Created(requires_grad, null);
    public static Tensor tensor(short[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<short>(rawArray, [rawArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(short[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<short>(rawArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(short[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<short>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(short[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<short>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(short[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<short>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);

    public static Tensor tensor(int scalar, Device device = null, bool requires_grad = false) => Of(scalar, ScalarType.Int32, device).Created(requires_grad, null);
    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<int>(rawArray, [rawArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<int>(rawArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(int[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<int>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(int[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<int>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(int[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<int>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(IList<int> rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dtype, device, requires_grad, names);
    public static Tensor tensor(Memory<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Of(scalar, dtype ?? ScalarType.Int64, device).Created(requires_grad, null);
    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<long>(dataArray, [dataArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<long>(dataArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(long[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<long>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(long[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<long>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(long[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<long>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(IList<long> rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dtype, device, requires_grad, names);
    public static Tensor tensor(Memory<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(float scalar, Device device = null, bool requires_grad = false) => Of(scalar, ScalarType.Float32, device).Created(requires_grad, null);
    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<float>(rawArray, [rawArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<float>(rawArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<float>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(float[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<float>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(float[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<float>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(IList<float> rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dtype, device, requires_grad, names);
    public static Tensor tensor(Memory<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dimensions, dtype, device, requires_grad, names);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device device = null, bool requires_grad = false) => Of(scalar, dtype ?? ScalarType.Float64, device).Created(requires_grad, null);
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<double>(rawArray, [rawArray.Length], dtype, device).Created(requires_grad, names);
    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<double>(rawArray, dimensions, dtype, device).Created(requires_grad, names);
    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<double>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(double[,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<double>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(double[,,,] rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => Copy<double>(rawArray, Shape(rawArray), dtype, device).Created(requires_grad, names);
    public static Tensor tensor(IList<double> rawArray, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dtype, device, requires_grad, names);
    public static Tensor tensor(Memory<double> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device device = null, bool requires_grad = false, string[] names = null) => tensor(rawArray.ToArray(), dimensions, dtype, device, requires_grad, names);

    private static ScalarType TypeOf(Array array) => Type.GetTypeCode(array.GetType().GetElementType()) switch
    {
        TypeCode.Boolean => ScalarType.Bool,
        TypeCode.Byte => ScalarType.Byte,
        TypeCode.SByte => ScalarType.Int8,
        TypeCode.Int16 => ScalarType.Int16,
        TypeCode.Int32 => ScalarType.Int32,
        TypeCode.Int64 => ScalarType.Int64,
        TypeCode.Single => ScalarType.Float32,
        TypeCode.Double => ScalarType.Float64,
        _ when array is Half[] => ScalarType.Float16,
        _ => throw new NotSupportedException($"An array of {array.GetType().GetElementType()} has no dtype."),
    };

    private static long[] Shape(Array array) => [.. Enumerable.Range(0, array.Rank).Select(array.GetLongLength)];

    private static Tensor Of<T>(T scalar, ScalarType dtype, Device device) where T : unmanaged => Copy<T>(new[] { scalar }, [], dtype, device);

    private static Tensor Copy<T>(Array array, ReadOnlySpan<long> dimensions, ScalarType? dtype, Device device) where T : unmanaged
    {
        if (array.LongLength != dimensions.ToArray().TotalSize()) throw new ArgumentException($"tensor: {array.LongLength} elements do not fill the shape [{string.Join(", ", dimensions.ToArray())}].");
        var result = empty(dimensions, TypeOf(array));
        MemoryMarshal.AsBytes(MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length)).CopyTo(result.bytes);
        return result.Placed(dtype, device);
    }

    private static Tensor Placed(this Tensor tensor, ScalarType? dtype, Device device)
    {
        if (dtype is { } type) tensor = tensor.to_type(type, disposeAfter: true);
        return device is null ? tensor : tensor.to(device, disposeAfter: true);
    }

    private static unsafe Tensor Alias(Array array, ScalarType dtype, long byteOffset, long[] sizes)
    {
        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        fixed (long* first = sizes)
        {
            var data = (byte*)pin.AddrOfPinnedObject() + byteOffset;
            return new Tensor(Native.Check(Native.st_from_blob(data, first, sizes.Length, (int)dtype, &Unpin, GCHandle.ToIntPtr(pin))));
        }
    }

    [UnmanagedCallersOnly]
    private static void Unpin(nint handle) => GCHandle.FromIntPtr(handle).Free();
}
