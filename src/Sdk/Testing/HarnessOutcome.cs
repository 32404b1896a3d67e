namespace Sheaf.Sdk.Testing;

/// <summary>One run.</summary>
/// <param name="Sha256">Of all parameters and buffers after the last step, in lower-case hexadecimal.</param>
/// <param name="Losses">Of each step, the mean over the batch.</param>
public sealed record HarnessOutcome(int Workers, string Sha256, IReadOnlyList<double> Losses);
