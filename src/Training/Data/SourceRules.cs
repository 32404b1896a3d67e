namespace Sheaf.Training.Data;

/// <summary>What the training rows say, and every source is completed by.</summary>
internal abstract record SourceRules;
