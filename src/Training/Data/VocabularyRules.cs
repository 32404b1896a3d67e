namespace Sheaf.Training.Data;

/// <summary>The characters of the training rows, in the order of the integers that stand for them.</summary>
internal sealed record VocabularyRules(int[] Characters) : SourceRules;
