namespace Sheaf.Tests.Unit.Training.UserCode;

/// <summary>Runs when no other test does.</summary>
[CollectionDefinition(nameof(TrialsAlone), DisableParallelization = true)]
public sealed class TrialsAlone;
