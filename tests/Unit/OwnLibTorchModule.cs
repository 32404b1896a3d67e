using System.Runtime.CompilerServices;
using Sheaf.Training.Devices;

namespace Sheaf.Tests.Unit;

/// <summary>Tests that were built without a libtorch run on the one that SHEAF_LIBTORCH names (bench/gpu/run).</summary>
internal static class OwnLibTorchModule
{
#pragma warning disable CA2255 // A test assembly has no entry point of its own, and TorchSharp must find the libraries before any test.
    [ModuleInitializer]
    public static void Load() => OwnLibTorch.Load(Environment.GetEnvironmentVariable);
#pragma warning restore CA2255
}
