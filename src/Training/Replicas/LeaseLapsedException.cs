namespace Sheaf.Training.Replicas;

/// <summary>
/// The generation ended for this process, because its coordinator was not heard for too long: see <see cref="LeaseClock"/>. The state is as it was.
/// </summary>
public sealed class LeaseLapsedException(string message) : Exception(message);
