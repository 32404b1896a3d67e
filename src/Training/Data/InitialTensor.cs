namespace Sheaf.Training.Data;

/// <summary>An array of a file of weights, as the model takes it.</summary>
/// <param name="Name">As the file has it.</param>
/// <param name="IsCounter">Its elements are 64-bit integers; otherwise single-precision floats, whatever the file has.</param>
/// <param name="Data">Row-major, little-endian.</param>
public sealed record InitialTensor(string Name, IReadOnlyList<long> Shape, bool IsCounter, ReadOnlyMemory<byte> Data);
