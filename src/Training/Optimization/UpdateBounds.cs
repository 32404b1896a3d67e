namespace Sheaf.Training.Optimization;

/// <summary>No magnitude is above these. In double precision, so that a bound does not itself overflow.</summary>
/// <param name="Weights">Of the weights.</param>
/// <param name="First">Of the optimizer's first array of state; 0 where it has none.</param>
/// <param name="Second">Of its second.</param>
/// <param name="Ratio">Of the first array over the square root of the second, where the second is at least <see cref="Faint"/> squared.</param>
/// <param name="Rest">Of the first array where the second is smaller than that.</param>
internal readonly record struct UpdateBounds(double Weights, double First, double Second, double Ratio = 0, double Rest = 0)
{
    /// <summary>The root of a second moment that is well inside what a float holds; below it rounding has the say.</summary>
    public const double Faint = 1e-18;

    /// <summary>Far enough below the largest float for any rounding.</summary>
    private const double Limit = float.MaxValue / 16;

    /// <summary>Of what an update computes on its way.</summary>
    public double Between { get; init; }

    /// <summary>Nothing can overflow. False also where a bound is no number.</summary>
    public bool AreSafe => Weights < Limit && First < Limit && Second < Limit && Between < Limit;
}
