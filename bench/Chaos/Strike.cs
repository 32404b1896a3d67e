using Sheaf.Testbed;

namespace Sheaf.Bench.Chaos;

/// <param name="What">What was done.</param>
/// <param name="Gone">The silos that run no more, or soon will not.</param>
/// <param name="Before">The run just before it.</param>
internal sealed record Strike(string What, IReadOnlyList<SiloProcess> Gone, RecoveryMeter.Mark Before);
