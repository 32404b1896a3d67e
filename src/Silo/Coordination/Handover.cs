using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// What the generations of one activation leave to the one that begins, beside what the record says. Lost with the activation and not missed.
/// </summary>
internal sealed record Handover
{
    public static readonly Handover None = new();

    /// <summary>
    /// Why the states that silos keep in memory are not to be trusted, until all workers of a generation have begun with the same bits; null: nothing
    /// speaks against them.
    /// </summary>
    public string? Distrust { get; init; }

    /// <summary>The generation up to which the user gave up all state, until one has begun without it; null: none.</summary>
    public long? AnewAfter { get; init; }

    /// <summary>Why silos may not reach each other, which is to be asked before a generation begins; null: nothing says so.</summary>
    public string? BrokenLink { get; init; }

    /// <summary>Samples trained, and the time of their steps, as the last session knew them; the record may lag behind.</summary>
    public (long Samples, double Seconds) Trained { get; init; }

    /// <summary>The newest evaluation of each row set; null: none is known.</summary>
    public IReadOnlyDictionary<RowSetKind, EvaluationRecord>? Evaluations { get; init; }

    /// <summary>Whether a generation may begin from a state that a silo keeps in memory.</summary>
    public bool AllowsMemory => Distrust is null && AnewAfter is null;

    /// <summary>What is left of it once a generation has begun.</summary>
    public Handover Begun => this with { AnewAfter = null, BrokenLink = null };

    /// <summary>What the session knows that the record does not is kept for the next one.</summary>
    public Handover After(GenerationSession session) =>
        this with { Trained = (session.Meter.Samples, session.Meter.Seconds), Evaluations = session.Evaluations };
}
