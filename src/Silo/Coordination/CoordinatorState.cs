namespace Sheaf.Silo.Coordination;

[GenerateSerializer, Alias("sheaf.CoordinatorState")]
public sealed class CoordinatorState
{
    /// <summary>Null: there is no such experiment.</summary>
    [Id(0)] public RunRecord? Run { get; set; }
}
