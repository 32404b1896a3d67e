namespace Sheaf.Training.Devices;

/// <summary>A libtorch that a user named cannot be used.</summary>
public sealed class LibTorchRefusedException(string message) : Exception(message);
