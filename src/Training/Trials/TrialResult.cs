using Sheaf.Training.UserCode;

namespace Sheaf.Training.Trials;

/// <summary>What came of trying the user's own classes: the facts, or every problem, each beginning with the key of the spec that it is about.</summary>
/// <param name="Facts">Null where there is a problem.</param>
public sealed record TrialResult(UserCodeFacts? Facts, IReadOnlyList<string> Problems);
