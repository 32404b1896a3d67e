using Orleans.Runtime.Placement;
using Orleans.Storage;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Telemetry;
using Sheaf.Silo.Troubles;
using Sheaf.Silo.Turns;

namespace Sheaf.Silo.Coordination;

/// <summary>A thin shell: turns of the grain call <see cref="Coordinator"/>, which decides, and the ports, which act.</summary>
[GrainType("coordinator")]
internal sealed class CoordinatorGrain(
    [PersistentState("run")] IPersistentState<CoordinatorState> state,
    IServiceProvider services,
    CoordinatorPlaces places,
    SiloTroubles troubles,
    ILocalSiloDetails silo,
    ExperimentMeters meters,
    CoordinationOptions options,
    TimeProvider time) : Grain, ICoordinatorGrain, IRecordStore
{
    private readonly ReductionRounds _rounds = new(options.ReductionWithin, time);
    private readonly TurnQueue _turns = new();
    private Coordinator _coordinator = null!;
    private SharedTurn _settling = null!;
    private ExperimentSampler _sampler = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _settling = new(_turns, Settle);
        _coordinator = new(ActivatorUtilities.CreateInstance<CoordinatorPorts>(services, (IRecordStore)this), time);
        _sampler = new(_coordinator);
        if (state.State.Run is { } run)
        {
            _coordinator.Load(run);
            places.Set(run.Id, !run.IsTerminal);
        }

        this.RegisterGrainTimer(_ => _settling.Run(), options.LookEvery, options.LookEvery);

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A turn that a report began is nobody's request: Orleans would not wait for it, and it would act beside the next activation.
        var ended = _turns.Run(() => Task.CompletedTask).WaitAsync(cancellationToken);
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        places.Set(this.GetPrimaryKeyString(), false);
        troubles.SetExperiment(this.GetPrimaryKeyString(), []);
        meters.Forget(this.GetPrimaryKeyString());
        _rounds.End("The coordinator of the experiment was deactivated.");
    }

    public Task<SubmitAnswer> Submit(SubmitCommand command, CancellationToken cancellationToken = default) =>
        _turns.Run(() => _coordinator.Submit(command, cancellationToken));

    public Task<CommandAnswer> Want(DesiredState desired) => _turns.Run(() => _coordinator.Want(desired));

    public Task<CommandAnswer> BeginAnew() => _turns.Run(_coordinator.BeginAnew);

    public Task<IReadOnlyList<CheckpointRecord>?> Checkpoints() => Task.FromResult(_coordinator.Run?.Checkpoints);

    public async Task<RunState?> Touch()
    {
        await _turns.Run(_coordinator.Touch);
        return _coordinator.Run?.State;
    }

    public Task DevicesFreed() => _turns.Run(_coordinator.DevicesFreed);

    public Task<IReadOnlyList<DeviceGrant>> Devices() => Task.FromResult(_coordinator.Devices);

    public Task<CommandAnswer> Scale(int workers) => _turns.Run(() => _coordinator.Scale(workers));

    public Task Leave(string siloAddress) => _turns.Run(() => _coordinator.Leave(siloAddress));

    public async Task<bool> HandOver(string from, string to)
    {
        if (from != silo.SiloAddress.ToParsableString())
        {
            return true;
        }

        if (!await _turns.Run(() => _coordinator.HandOver($"its coordinator leaves silo '{silo.Name}', which stops")))
        {
            return false;
        }

        RequestContext.Set(IPlacementDirector.PlacementHintKey, SiloAddress.FromParsableString(to));
        this.MigrateOnIdle();
        return true;
    }

    public Task<bool> Needs(string siloAddress) => Task.FromResult(_coordinator.Needs(siloAddress));

    public Task<DatasetRecord?> Dataset() => Task.FromResult(_coordinator.Run?.Dataset);

    public Task<ShardView?> Shard(int shard) => Task.FromResult(_coordinator.Shard(shard));

    public Task<RunHealth?> Health() => Task.FromResult(_coordinator.Health());

    public async Task<ReportAnswer> Report(SiloReport report)
    {
        if (_coordinator.Session?.Generation != report.Generation)
        {
            // Its generation is just being begun, or over.
            await _settling.Run();
        }

        var isNew = _coordinator.Hear(report, out var answer);
        var settled = _coordinator.IsUrgent(report) ? _settling.Run() : Task.CompletedTask;
        if (isNew && report.Checkpoints.Count + report.CheckpointFaults.Count + report.Evaluations.Count > 0)
        {
            // Their silo remembers them until it is answered, so they outlive this one; if that takes too long, it asks again and is answered at once.
            await settled;
        }

        return answer;
    }

    public Task<ReduceReply> Reduce(ReduceRequest request, CancellationToken cancellationToken) =>
        _coordinator.Session is { } session && session.Generation == request.Generation
            ? _rounds.Add(request, _coordinator.Spec!.Shards, cancellationToken)
            : throw new InvalidOperationException($"Generation {request.Generation} of experiment '{this.GetPrimaryKeyString()}' is over.");

    private async Task Settle()
    {
        if (_coordinator.IsDue)
        {
            await _coordinator.Tick();
        }

        troubles.SetExperiment(this.GetPrimaryKeyString(), _coordinator.Run is { IsTerminal: false } ? _coordinator.OwnTroubles : []);
        if (_sampler.Take() is { } sample)
        {
            meters.Put(sample);
        }

        _rounds.EndBelow(_coordinator.Session?.Generation ?? long.MaxValue);
    }

    async Task IRecordStore.Write(RunRecord run)
    {
        try
        {
            await state.Write(new() { Run = run }, $"The record of experiment '{run.Id}'");
            places.Set(run.Id, !run.IsTerminal);
        }
        catch (InconsistentStateException e)
        {
            // Another activation has written: it leads, this one knows nothing any more. The leader answers for its failures, so Orleans would not see this
            // one.
            DeactivateOnIdle();
            throw StateWriting.Failed($"The record of experiment '{run.Id}'", e);
        }
    }
}
