namespace Sheaf.Specs;

/// <summary>
/// An exponential moving average of the weights, from the first weights on: it is what is evaluated, kept as the result and exported. Training goes on with
/// the weights themselves.
/// </summary>
/// <param name="Decay">How much of the average each step keeps; above 0, below 1.</param>
public sealed record MovingAverageSpec(double Decay);
