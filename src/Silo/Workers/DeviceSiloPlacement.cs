namespace Sheaf.Silo.Workers;

/// <summary>A worker grain belongs on the silo that owns its device; the caller says which one that is.</summary>
[Serializable, GenerateSerializer, Alias("sheaf.DeviceSiloPlacement")]
internal sealed class DeviceSiloPlacement : PlacementStrategy
{
    private const string HintKey = "sheaf-device-silo";

    /// <summary>Says, for the next calls of this flow, on which silo (<see cref="SiloAddress.ToParsableString"/>) the device is.</summary>
    public static void Hint(string siloAddress) => RequestContext.Set(HintKey, siloAddress);

    public static string? HintOf(Dictionary<string, object>? context) => context is not null && context.TryGetValue(HintKey, out var silo) ? silo as string : null;
}
