using Orleans.Placement;

namespace Sheaf.Silo.Workers;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class DeviceSiloPlacementAttribute() : PlacementAttribute(new DeviceSiloPlacement());
