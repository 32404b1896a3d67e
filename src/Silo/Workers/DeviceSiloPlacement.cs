namespace Sheaf.Silo.Workers;

/// <summary>A worker grain belongs on the silo that owns its device; its key says which one that is.</summary>
[Serializable, GenerateSerializer, Alias("sheaf.DeviceSiloPlacement")]
internal sealed class DeviceSiloPlacement : PlacementStrategy;
