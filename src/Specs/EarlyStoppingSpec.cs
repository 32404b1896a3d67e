namespace Sheaf.Specs;

/// <summary>When training ends before its last epoch, and what the best weights are measured by. Decided at evaluations of the validation rows.</summary>
public sealed record EarlyStoppingSpec
{
    /// <summary><c>validation_loss</c> (the default), or <c>validation_</c> and a metric of the spec.</summary>
    public string By { get; init; } = "validation_loss";

    /// <summary>Evaluations in a row without an improvement after which training ends; at least 1; default 10.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>By how much more than this a value must be better than the best to count as an improvement; at least 0; default 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>Whether a value counts as better than the best so far. One that is not finite never does; the first finite one always does.</summary>
    /// <param name="best">Null: there is none.</param>
    public bool Improves(double? best, double value, bool higherIsBetter) =>
        double.IsFinite(value) && (best is not { } known || (higherIsBetter ? value > known + MinDelta : value < known - MinDelta));
}
