using System.Globalization;

namespace Sheaf.Sdk.Testing;

/// <summary>What <see cref="SdkHarness"/> has seen.</summary>
/// <param name="Runs">The first number of workers twice, then each of the others.</param>
/// <param name="Difference">Where and why the first two differ; <c>null</c>: all have the same bits.</param>
public sealed record HarnessReport(IReadOnlyList<HarnessOutcome> Runs, string? Difference)
{
    /// <summary>Every run ended with the same weights and buffers, bit for bit.</summary>
    public bool BitsAgree => Difference is null;

    /// <summary>Mean over the first batch.</summary>
    public double FirstLoss => Runs[0].Losses[0];

    /// <summary>Mean over the last batch.</summary>
    public double LastLoss => Runs[0].Losses[^1];

    /// <summary>A line for each run, and the difference: for a test's message.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine,
        Runs.Select(run => string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Workers} worker{(run.Workers == 1 ? "" : "s")}: {run.Sha256}, loss {run.Losses[0]:G6} to {run.Losses[^1]:G6}"))
            .Append(Difference ?? "The bits agree."));
}
