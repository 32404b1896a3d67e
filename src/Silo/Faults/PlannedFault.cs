using Sheaf.Training.Faults;

namespace Sheaf.Silo.Faults;

/// <summary>One entry of a plan of faults.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Worker">Null: any.</param>
/// <param name="Step">Null: any.</param>
/// <param name="Hit">Which matching hit in this process strikes, from 1; null: every one.</param>
/// <param name="Delay">Of <see cref="FaultAction.Delay"/>; otherwise zero.</param>
public sealed record PlannedFault(string Text, FaultPoint Point, int? Worker, long? Step, int? Hit, FaultAction Action, TimeSpan Delay)
{
    public bool Matches(FaultPoint point, int worker, long step) => point == Point && (Worker ?? worker) == worker && (Step ?? step) == step;
}
