namespace TorchSharp;

public enum DeviceType { CPU, CUDA, MKLDNN, OPENGL, OPENCL, IDEEP, HIP, FPGA, MSNPU, XLA, MPS = 13, META = 14 }

public enum Padding { Valid, Same }

public enum PaddingModes { Zeros, Reflect, Replicate, Circular, Constant }

public static partial class torch
{
    public enum ScalarType
    {
        Byte, Int8, Int16, Int32, Int64, Float16, Float32, Float64, ComplexFloat32 = 9, ComplexFloat64 = 10, Bool = 11, BFloat16 = 15,
    }

    public enum RoundingMode { None, trunc, floor }

    public static readonly ScalarType uint8 = ScalarType.Byte;
    public static readonly ScalarType int8 = ScalarType.Int8;
    public static readonly ScalarType int16 = ScalarType.Int16, @short = ScalarType.Int16;
    public static readonly ScalarType int32 = ScalarType.Int32, @int = ScalarType.Int32;
    public static readonly ScalarType int64 = ScalarType.Int64, @long = ScalarType.Int64;
    public static readonly ScalarType float16 = ScalarType.Float16, half = ScalarType.Float16;
    public static readonly ScalarType bfloat16 = ScalarType.BFloat16;
    public static readonly ScalarType float32 = ScalarType.Float32, @float = ScalarType.Float32;
    public static readonly ScalarType float64 = ScalarType.Float64, @double = ScalarType.Float64;
    public static readonly ScalarType @bool = ScalarType.Bool;
}
