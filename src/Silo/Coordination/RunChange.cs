namespace Sheaf.Silo.Coordination;

/// <summary>A decision of <see cref="RunMachine"/>: the record to write, then the effects to carry out, or why it is refused.</summary>
public readonly record struct RunChange(RunRecord Record, RunEffects Effects = RunEffects.None, string? Refusal = null);
