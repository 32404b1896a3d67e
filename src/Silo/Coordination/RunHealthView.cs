using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Coordination;

/// <summary>What a coordinator knows of its run, as a message. Pure.</summary>
internal static class RunHealthView
{
    /// <param name="status">A silo's state in the cluster, by its address.</param>
    /// <param name="devices">Who is being prepared to join, and who is to be taken away.</param>
    /// <param name="now">Seconds of the leader's clock.</param>
    /// <param name="since">When the present state began, on the same clock.</param>
    public static RunHealth Of(
        RunRecord run,
        RunContext context,
        GenerationSession? session,
        string silo,
        Func<string, string> status,
        DeviceSearch devices,
        IReadOnlyList<string> troubles,
        double now,
        double since)
    {
        var (survives, text) = Survivability(run);
        return new()
        {
            Run = context.Snapshot(run, session?.Step ?? run.Step),
            CoordinatorSilo = silo,
            Workers = run.Workers.Select(worker => session?.Heartbeats.Health(worker, status(worker.SiloAddress), now) ?? new WorkerHealth
            {
                Place = worker,
                Phase = WorkerPhase.Unknown,
                Step = 0,
                SecondsInPhase = 0,
                SiloStatus = status(worker.SiloAddress),
            }).ToArray(),
            Until = session?.Until ?? 0,
            SecondsSinceCommit = now - session?.Heartbeats.LastCommit,
            StepSeconds = session?.Heartbeats.StepSeconds,
            StepSecondsInAll = session?.SecondsPerStepInAll,
            SecondsInState = now - since,
            SurvivesAnySilo = survives,
            Survivability = text,
            Doing = Doing(run, devices.Joiners.All, devices.Leaving),
            Troubles = troubles,
        };
    }

    /// <summary>Whether any one silo may die now without a step being computed again, and what happens otherwise.</summary>
    public static (bool AnySilo, string Text) Survivability(RunRecord run)
    {
        var checkpoint = run.Checkpoints.Count > 0 ? $"the checkpoint of step {run.Checkpoints[^1].Step}" : "the start: there is no checkpoint yet";
        if (run.IsTerminal || run.Workers.Count == 0)
        {
            return (run.IsTerminal, run.IsTerminal ? "It has ended; nothing is in memory." : $"Nothing is in memory; it goes on from {checkpoint}.");
        }

        var silos = run.Workers.Select(worker => worker.Silo).Distinct().ToArray();
        return silos.Length > 1
            ? (true, $"It survives the loss of any one silo, its coordinator's included: {silos.Length} silos have the state ({string.Join(", ", silos)}). "
                + $"If all of them die it goes on from {checkpoint}.")
            : (false, $"Only silo '{silos[0]}' has the state: if it dies, the run goes on from {checkpoint}. "
                + "Workers on two silos would survive the loss of either.");
    }

    private static string Doing(RunRecord run, IReadOnlyList<DeviceGrant> joining, IReadOnlySet<string> leaving)
    {
        var left = run.Workers.Where(worker => leaving.Contains(worker.SiloAddress)).Select(worker => worker.Silo).Distinct();
        var leave = left.Select(silo => $"silo '{silo}' is being left");
        return string.Join("; ", joining.Select(device => $"{device.Device} of silo '{device.Silo}' is being prepared to join").Concat(leave));
    }
}
