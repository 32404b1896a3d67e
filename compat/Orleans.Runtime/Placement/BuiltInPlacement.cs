namespace Orleans.Runtime.Placement;

/// <summary>
/// The official strategies. By hash, and where the caller is, as officially; by activation count or resources as at random, for both need statistics that
/// silos do not exchange here. Thread-safe.
/// </summary>
internal sealed class BuiltInPlacement(int seed)
{
    private readonly Random _random = new(seed);

    public SiloAddress Choose(PlacementStrategy? strategy, PlacementTarget target, SiloAddress local, SiloAddress[] silos)
    {
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData!, silos) is { } hint)
        {
            return hint;
        }

        switch (strategy)
        {
            case PreferLocalPlacement or StatelessWorkerPlacement when silos.Contains(local):
                return local;
            case HashBasedPlacement:
                return silos.Order().ElementAt((int)(target.GrainIdentity.GetUniformHashCode() % (uint)silos.Length));
            default:
                lock (_random)
                {
                    return silos[_random.Next(silos.Length)];
                }
        }
    }
}
