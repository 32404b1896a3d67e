using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number with its dtype. Holds nothing native: disposing it does nothing.</summary>
public sealed class Scalar : IDisposable
{
    private readonly long _bits;

    private Scalar(ScalarType type, long bits)
    {
        Type = type;
        _bits = bits;
    }

    public ScalarType Type { get; }

    internal bool IsFloating => Type is ScalarType.Float16 or ScalarType.Float32 or ScalarType.Float64 or ScalarType.BFloat16;
    internal double AsDouble => IsFloating ? BitConverter.Int64BitsToDouble(_bits) : _bits;
    internal long AsLong => IsFloating ? (long)BitConverter.Int64BitsToDouble(_bits) : _bits;

    internal static Scalar Floating(double value, ScalarType type) => new(type, BitConverter.DoubleToInt64Bits(value));
    internal static Scalar Integral(long value, ScalarType type) => new(type, value);

    public static implicit operator Scalar(bool value) => new(ScalarType.Bool, value ? 1 : 0);
    public static implicit operator Scalar(byte value) => new(ScalarType.Byte, value);
    public static implicit operator Scalar(sbyte value) => new(ScalarType.Int8, value);
    public static implicit operator Scalar(short value) => new(ScalarType.Int16, value);
    public static implicit operator Scalar(int value) => new(ScalarType.Int32, value);
    public static implicit operator Scalar(long value) => new(ScalarType.Int64, value);
    public static implicit operator Scalar(Half value) => Floating((double)value, ScalarType.Float16);
    public static implicit operator Scalar(float value) => Floating(value, ScalarType.Float32);
    public static implicit operator Scalar(double value) => Floating(value, ScalarType.Float64);

    public void Dispose()
    {
    }
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this bool value) => value;
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this sbyte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this Half value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;

    public static bool ToBoolean(this Scalar value) => value.AsDouble != 0;
    public static byte ToByte(this Scalar value) => (byte)value.AsLong;
    public static sbyte ToSByte(this Scalar value) => (sbyte)value.AsLong;
    public static short ToInt16(this Scalar value) => (short)value.AsLong;
    public static int ToInt32(this Scalar value) => (int)value.AsLong;
    public static long ToInt64(this Scalar value) => value.AsLong;
    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble;
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;
    public static double ToDouble(this Scalar value) => value.AsDouble;
}
