namespace Sheaf.Silo.Coordination;

/// <summary>What failed last and is tried again, or is waited for.</summary>
/// <param name="Text">Empty: all is well.</param>
/// <param name="IsOfStore">It is the store's, of which the silo's own troubles say more.</param>
internal readonly record struct Trouble(string Text, bool IsOfStore);

/// <summary>All that a user should know of an experiment and that is not as it should be. Pure.</summary>
internal static class CoordinatorTroubles
{
    /// <param name="run">Null: there is none yet.</param>
    /// <param name="own">Of the experiment alone.</param>
    /// <param name="ofSilo">Of the coordinator's silo, or the database that it writes to.</param>
    public static IReadOnlyList<string> Of(RunRecord? run, IReadOnlyList<string> own, IReadOnlyList<string> ofSilo) =>
        own.Concat(run is { IsTerminal: false } ? ofSilo : []).Distinct().ToArray();

    /// <param name="ofSilo">Of the coordinator's silo: where there are any, they say more of the store than its failure does.</param>
    public static IReadOnlyList<string> OfExperiment(GenerationSession? session, Trouble trouble, IReadOnlyList<string> ofSilo) => new[]
    {
        trouble.IsOfStore && ofSilo.Count > 0 ? "" : trouble.Text,
        session?.Waits ?? "",
        session?.CheckpointFault is { } fault ? RunEvents.CheckpointTrouble(fault) : "",
        session is { } skipping && skipping.SkippedInARow >= skipping.Options.ManySkipped
            ? $"the last {skipping.SkippedInARow} updates were skipped, as their loss or gradient is not finite (non_finite: skip): nothing is learned; "
                + "lower the learning rate, or set clip_norm"
            : "",
    }.Where(text => text.Length > 0).Distinct().ToArray();
}
