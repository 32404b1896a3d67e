namespace Sheaf.Training.Devices;

/// <summary>libtorch does not load. The message names the library and the loader's reason.</summary>
public sealed class LibTorchException(string message, Exception inner) : Exception(message, inner);
