namespace Sheaf.Silo.Coordination;

/// <summary>What follows from a survey of the silos of a run. Exactly one of the kinds below.</summary>
public abstract record RecoveryPlan
{
    private RecoveryPlan()
    {
    }

    /// <summary>A silo knows of this generation, which is higher: another activation leads, or led.</summary>
    public sealed record Outrun(long Generation) : RecoveryPlan;

    /// <summary>These silos (addresses) and workers cannot be members; the others go on without them, in the next generation.</summary>
    public sealed record Without(IReadOnlyList<string> Silos, IReadOnlyList<(string Silo, int Worker)> Stuck, string Reason) : RecoveryPlan;

    /// <summary>The state may be on a silo that does not answer and is not dead: nothing can begin before it is one or the other.</summary>
    public sealed record Wait(string Reason) : RecoveryPlan;

    /// <summary>Begin from the state before <paramref name="Step"/> that <paramref name="Donors"/> (addresses) kept.</summary>
    public sealed record FromMemory(long Step, IReadOnlyList<string> Donors) : RecoveryPlan;

    /// <summary>No state is left in memory, or none that can be trusted: begin from the last checkpoint, or from the seed.</summary>
    public sealed record FromCheckpoint(string? Distrusted) : RecoveryPlan;
}
