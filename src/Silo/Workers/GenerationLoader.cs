using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Telemetry;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Workers;

/// <summary>
/// Gets what the workers of a generation need before they can begin: data, the state to begin with, the exchange with other silos. Thread-safe.
/// </summary>
/// <param name="before">Done when nothing of an earlier generation is in the way.</param>
internal sealed class GenerationLoader(AssignedGeneration generation, HostServices services, StateCache kept, LeaseClock lease, Task before)
{
    private readonly Assignment _assignment = generation.Assignment;
    private string _waits = "";

    /// <summary>What is waited for; empty: nothing.</summary>
    public string Waits => Volatile.Read(ref _waits);

    public async Task<LoadedGeneration> Load(CancellationToken stopping)
    {
        await before.WaitAsync(stopping);
        var began = services.Time.GetTimestamp();
        var data = await Patiently(
            () => services.Datasets.Load(_assignment.SpecYaml, _assignment.BasePath, generation.Spec, generation.Facts, stopping),
            stopping);
        await Patiently(() => CheckStore(stopping), stopping);
        var state = await Patiently(
            () => StateSupply.Load(_assignment, generation.Mine.Count, services.SiloAddress, kept, data, services.Store, services.Peers, stopping),
            stopping);
        kept.Records.CutFrom(_assignment.From.Step);
        var length = generation.Model.ReductionLength;
        services.Meters.Loaded(services.Time.GetElapsedTime(began));
        return new(data, state, length, ExchangeOf(length));
    }

    /// <summary>
    /// Data and checkpoints that are not there now are waited for: they may be on a mount that is late, and what is in memory is kept meanwhile.
    /// </summary>
    private async Task<T> Patiently<T>(Func<Task<T>> get, CancellationToken stopping)
    {
        while (true)
        {
            try
            {
                var got = await get();
                Waiting("");
                return got;
            }
            catch (Exception e) when (e is DataException or CheckpointException { IsAway: true })
            {
                Waiting(e is DataException data ? $"waits for the data: {string.Join(" ", data.Problems)}" : $"waits for its checkpoints: {e.Message}");
            }

            // Nobody tells when a file system is mounted again.
            await Task.Delay(services.Options.LookAgain, services.Time, stopping);
        }
    }

    private void Waiting(string reason)
    {
        if (Interlocked.Exchange(ref _waits, reason) != reason)
        {
            var (level, text) = reason.Length > 0 ? ("warning", reason) : ("info", "what was waited for is there");
            services.Logs.Write(_assignment.ExperimentId, RunLogs.Worker(generation.Mine[0].Number), level, text);
            services.Signal();
        }
    }

    /// <summary>A store that takes no checkpoint is found out before anything is computed; a state that is in memory already need not wait for it.</summary>
    private async Task<bool> CheckStore(CancellationToken stopping)
    {
        if (_assignment.From.Donors.Count > 0 || generation.Mine.All(worker => worker.Number != generation.LeadingWorker))
        {
            return false;
        }

        await services.Store.OpenAsync(_assignment.ExperimentId, mayCreate: _assignment.From.Checkpoint is null, stopping);
        return true;
    }

    private IExchange? ExchangeOf(int length)
    {
        if (_assignment.Reduction != ReductionKind.Coordinator && generation.IsAllHere)
        {
            return null;
        }

        return _assignment.Reduction == ReductionKind.Peer
            ? services.Peers.Join(_assignment, generation.Spec.Shards, length)
            : new CoordinatorExchange(
                services.Coordinators, _assignment.ExperimentId, services.Silo, lease, services.Reports, services.Time, services.Meters.Reduced);
    }
}
