namespace Sheaf.Training.Replicas;

/// <summary>
/// The generation ended in this process because its coordinator did not answer for too long (<see cref="LeaseClock"/>). Weights and optimizer are unchanged.
/// </summary>
public sealed class LeaseLapsedException(string message) : Exception(message);
