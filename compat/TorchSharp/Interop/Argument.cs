using System.Runtime.CompilerServices;

namespace TorchSharp.Interop;

/// <summary>
/// An operator's argument on its way to libtorch. It holds the managed object behind a handle, so that a tensor stays alive until the call is over. Integers and
/// doubles are kept apart as the schemas do: `long` for int and SymInt, `double` for float, either or a <see cref="Scalar"/> for Scalar.
/// </summary>
internal readonly struct Argument
{
    private readonly Tag _tag;
    private readonly long _bits;
    private readonly object _object;

    private Argument(Tag tag, long bits, object value = null)
    {
        _tag = tag;
        _bits = bits;
        _object = value;
    }

    public static Argument None => default;

    public torch.Tensor Tensor => (torch.Tensor)_object;

    public static implicit operator Argument(torch.Tensor value) => value is null ? default : new(Tag.Tensor, value.Handle, value);
    public static implicit operator Argument(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Argument(int value) => new(Tag.Int, value);
    public static implicit operator Argument(long value) => new(Tag.Int, value);
    public static implicit operator Argument(long? value) => value is { } v ? v : default(Argument);
    public static implicit operator Argument(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Argument(double? value) => value is { } v ? v : default(Argument);
    public static implicit operator Argument(torch.ScalarType value) => new(Tag.Int, (long)value);
    public static implicit operator Argument(torch.ScalarType? value) => value is { } v ? v : default(Argument);
    public static implicit operator Argument(long[] value) => value is null ? default : new(Tag.IntList, 0, value);
    public static implicit operator Argument(double[] value) => value is null ? default : new(Tag.DoubleList, 0, value);
    public static implicit operator Argument(string value) => value is null ? default : new(Tag.String, 0, System.Text.Encoding.UTF8.GetBytes(value));
    public static implicit operator Argument(torch.Device value) => value is null ? default : new(Tag.Device, value.index, value);
    public static implicit operator Argument(torch.Generator value) => value is null ? default : new(Tag.Generator, value.Handle, value);
    public static implicit operator Argument(Scalar value) => value is null ? default : value.IsFloating ? value.AsDouble : value.Type == torch.ScalarType.Bool ? value.AsLong != 0 : value.AsLong;
    public static Argument List(ReadOnlySpan<torch.Tensor> tensors) => new(Tag.TensorList, 0, tensors.ToArray());
    public static Argument OptionalList(ReadOnlySpan<torch.Tensor> tensors) => new(Tag.OptionalTensorList, 0, tensors.ToArray());

    /// <summary>The size of the argument's list; 0 for what is no list.</summary>
    public int ListBytes => _object switch { Array array => array.Length * (array is byte[] ? 1 : 8), _ => 0 };

    /// <summary>Writes the native form; a list's elements are copied to <paramref name="scratch"/>, which moves on.</summary>
    public unsafe void Write(Value* value, ref byte* scratch)
    {
        value->Tag = _tag;
        value->Integer = _bits;
        if (_tag < Tag.IntList) return;
        switch (_object)
        {
            case torch.Device device:
                value->Extra = (int)device.type;
                break;
            case torch.Tensor[] tensors:
                value->Extra = tensors.Length;
                value->Data = (nint)scratch;
                foreach (var tensor in tensors)
                {
                    *(nint*)scratch = tensor is null ? 0 : tensor.Handle;
                    scratch += 8;
                }
                break;
            case Array array:
                value->Extra = array.Length;
                value->Data = (nint)scratch;
                var bytes = array.Length * (array is byte[] ? 1 : 8);
                new ReadOnlySpan<byte>(Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array)), bytes).CopyTo(new(scratch, bytes));
                scratch += (bytes + 7) & ~7;
                break;
        }
    }
}
