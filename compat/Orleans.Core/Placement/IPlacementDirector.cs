namespace Orleans.Runtime.Placement;

/// <summary>Chooses the silo on which a grain that is active nowhere is activated.</summary>
public interface IPlacementDirector
{
    const string PlacementHintKey = "PlacementHintKey";

    static SiloAddress? GetPlacementHint(Dictionary<string, object>? requestContextData, SiloAddress[] compatibleSilos) =>
        requestContextData is not null && requestContextData.TryGetValue(PlacementHintKey, out var value) && value is SiloAddress hint && compatibleSilos.Contains(hint) ? hint : null;

    Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context);
}
