namespace Sheaf.Training.Checkpoints;

/// <summary>The element type of an array, little-endian.</summary>
public enum ArrayType
{
    Float32,
    Float64,
    Float16,
    BFloat16,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Bool,
}
