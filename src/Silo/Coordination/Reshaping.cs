using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Who the workers of the next generation should be, and why. No device: nobody can stay, and nobody takes their place.</summary>
/// <param name="Cause">For a person.</param>
public readonly record struct Reshaping(IReadOnlyList<DeviceGrant> Devices, string Cause);
