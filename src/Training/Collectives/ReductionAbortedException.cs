namespace Sheaf.Training.Collectives;

/// <summary>A collective ended without a result, because its generation ended. Nothing was applied.</summary>
public class ReductionAbortedException(string reason, Exception? inner = null) : Exception(reason, inner);
