using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>The workers of the next generation, and why. No device: none can stay, and none takes their place.</summary>
/// <param name="Cause">For a person.</param>
public readonly record struct Reshaping(IReadOnlyList<DeviceGrant> Devices, string Cause);
