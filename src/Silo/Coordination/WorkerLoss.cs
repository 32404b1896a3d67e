using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>Workers that a generation cannot go on with.</summary>
/// <param name="Reason">For a person.</param>
/// <param name="Survivors">Those that the next generation may have.</param>
/// <param name="Unfit">Addresses of living silos that should be left alone for a while.</param>
/// <param name="OfAWorker">A worker failed, not a silo: it counts against the step that it failed at.</param>
/// <param name="OverALink">Silos could not reach each other: who can is asked before it goes on.</param>
public sealed record WorkerLoss(
    string Reason, IReadOnlyList<WorkerPlace> Survivors, IReadOnlyList<string> Unfit, bool OfAWorker = false, bool OverALink = false);
