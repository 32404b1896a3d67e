namespace Sheaf.Api.Diagnosis;

/// <param name="Worker">The worker that it is about; null: about none.</param>
/// <param name="Silo">The silo that it is about; empty: about none.</param>
/// <param name="Phase">What the worker, or the run, is doing.</param>
/// <param name="Cause">In a sentence or two, with the numbers.</param>
/// <param name="Next">Verbs with their arguments: what to do next.</param>
public sealed record WhyAnswer(WhyVerdict Verdict, int? Worker, string Silo, string Phase, string Cause, params IReadOnlyList<string> Next);
