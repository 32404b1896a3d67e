using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Specs;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Asks the pool for devices: those that an experiment without workers begins with, and those that could join it. The silos of the latter are prepared
/// while it goes on. Not thread-safe.
/// </summary>
internal sealed class DeviceSearch(LedExperiment experiment, IPoolCalls pool, IWorkerCalls workers, ISiloHealth silos, Publisher news)
{
    private readonly Dictionary<string, double> _leaving = new(StringComparer.Ordinal);
    private readonly Periodic _asking = new(experiment.Options.AskDevicesEvery.TotalSeconds);

    /// <summary>Devices beside the experiment's own that may join it.</summary>
    public Joiners Joiners { get; } = new(experiment.Options);

    /// <summary>Addresses of silos that are to be taken away.</summary>
    public HashSet<string> Leaving => _leaving.Where(silo => silo.Value > experiment.Now).Select(silo => silo.Key).ToHashSet(StringComparer.Ordinal);

    public void Leave(string siloAddress)
    {
        _leaving[siloAddress] = experiment.Now + experiment.Options.LeaveHolds.TotalSeconds;
        Joiners.Remove(siloAddress);
    }

    /// <summary>The silo is left alone for a while.</summary>
    public void Refuse(string siloAddress) => Joiners.Refuse(siloAddress, experiment.Now);

    /// <summary>The pool is to be asked at once.</summary>
    public void AskSoon() => _asking.Expire();

    /// <summary>
    /// Asks for the devices that an experiment without workers needs, if it is time to; null: it is not. What follows is for the caller to write.
    /// </summary>
    public async Task<RunChange?> Ask()
    {
        var run = experiment.Record;
        if (run is not { State: RunState.Queued or RunState.Recovering, Workers.Count: 0, Desired: DesiredState.Run } || !_asking.IsDue(experiment.Now))
        {
            return null;
        }

        var wanted = experiment.Context.Wanted(run);
        var answer = await pool.Request(Request(run, Math.Min(experiment.Spec.Workers.Min, wanted), []));
        return answer.Granted.Count > 0
            ? RunMachine.Granted(run, answer.Granted.Take(wanted).ToArray(), answer.Fingerprint ?? "", experiment.Spec.Shards)
            : RunMachine.Waiting(run, answer.Reason ?? "waits for devices");
    }

    /// <summary>Looks for devices that the experiment could use, and prepares their silos. Null: no worker joins or leaves now.</summary>
    public async Task<Reshaping?> Look()
    {
        var run = experiment.Record;
        var held = run.Workers.Select(LeasePlanner.DeviceOf).ToArray();
        var missing = experiment.Context.Wanted(run) - held.Count(device => !Leaving.Contains(device.SiloAddress));
        if (_asking.IsDue(experiment.Now) && missing > 0)
        {
            var answer = await pool.Request(Request(run, 1, held.Concat(Joiners.All).ToArray()) with { Max = held.Length + missing });
            Joiners.Add(answer.Granted.Except(held).Where(MayJoin));
        }

        foreach (var device in Joiners.Unready)
        {
            if (silos.IsDead(device.SiloAddress))
            {
                Joiners.Remove(device.SiloAddress);
            }
            else
            {
                await Prepare(run, device);
            }
        }

        return ScalingPolicy.Next(run.Workers, experiment.Context.Wanted(run), Joiners.Ready, Leaving);
    }

    private bool MayJoin(DeviceGrant device) =>
        !Joiners.IsRefused(device.SiloAddress, experiment.Now) && !silos.IsDead(device.SiloAddress) && !Leaving.Contains(device.SiloAddress);

    private async Task Prepare(RunRecord run, DeviceGrant device)
    {
        try
        {
            var place = LeasePlanner.Places(experiment.Spec.Shards, [device])[0];
            if (await workers.Prepare(Assignments.Of(run with { Workers = new[] { place } }, place, new() { Step = 0 }, ReductionKind.Peer)))
            {
                Joiners.Prepared(device);
            }
        }
        catch (Exception e)
        {
            Refuse(device.SiloAddress);
            news.Say(experiment.UtcNow, "warning", $"silo '{device.Silo}' cannot join: {FailureText.Of(e)}");
        }
    }

    private DeviceRequest Request(RunRecord run, int min, IReadOnlyList<DeviceGrant> held) => new()
    {
        ExperimentId = run.Id,
        Min = min,
        Max = experiment.Context.Wanted(run),
        Fingerprint = experiment.Spec.Bits == BitsPolicy.Strict && run.Fingerprint.Length > 0 ? run.Fingerprint : null,
        Held = held,
        Refused = Joiners.RefusedSilos(experiment.Now),
    };
}
