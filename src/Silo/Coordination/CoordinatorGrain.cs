using Sheaf.Contracts.Grains;
using Orleans.Storage;
using Sheaf.Contracts.Messages;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Troubles;

namespace Sheaf.Silo.Coordination;

/// <summary>A thin shell: turns of the grain call <see cref="RunLeader"/>, which decides, and the ports, which act.</summary>
[GrainType("coordinator")]
internal sealed class CoordinatorGrain(
    [PersistentState("run")] IPersistentState<CoordinatorState> state,
    IServiceProvider services,
    LedRuns led,
    SiloTroubles troubles,
    TimeProvider time) : Grain, ICoordinatorGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ReductionRounds _rounds = new(time);
    private readonly TurnQueue _turns = new();
    private RunLeader _leader = null!;
    private SharedTurn _settling = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _settling = new(_turns, Settle);
        _leader = new(ActivatorUtilities.CreateInstance<CoordinatorPorts>(services, GrainFactory, (Func<RunRecord, Task>)Write), time);
        if (state.State.Run is { } run)
        {
            _leader.Load(run);
            led.Set(run.Id, !run.IsTerminal);
        }

        this.RegisterGrainTimer(_ => _settling.Run(), Period, Period);

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A turn that a report began is nobody's request: Orleans would not wait for it, and it would act beside the next activation.
        await _turns.Run(() => Task.CompletedTask).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        led.Set(this.GetPrimaryKeyString(), false);
        troubles.SetExperiment(this.GetPrimaryKeyString(), []);
        _rounds.End("The coordinator of the experiment was deactivated.");
    }

    public Task<SubmitAnswer> Submit(SubmitCommand command, CancellationToken cancellationToken = default) => _turns.Run(() => _leader.Submit(command, cancellationToken));

    public Task<CommandAnswer> Want(DesiredState desired) => _turns.Run(() => _leader.Want(desired));

    public Task<CommandAnswer> BeginAnew() => _turns.Run(_leader.BeginAnew);

    public Task<IReadOnlyList<CheckpointRecord>?> Checkpoints() => Task.FromResult(_leader.Run?.Checkpoints);

    public async Task<RunState?> Touch()
    {
        await _turns.Run(_leader.Touch);
        return _leader.Run?.State;
    }

    public Task DevicesFreed() => _turns.Run(_leader.DevicesFreed);

    public Task<IReadOnlyList<DeviceGrant>> Devices() => Task.FromResult(_leader.Devices);

    public Task<CommandAnswer> Scale(int workers) => _turns.Run(() => _leader.Scale(workers));

    public Task Leave(string siloAddress) => _turns.Run(() => _leader.Leave(siloAddress));

    public Task<ShardView?> Shard(int shard) => Task.FromResult(_leader.Shard(shard));

    public Task<RunHealth?> Health() => Task.FromResult(_leader.Health());

    public async Task<ReportAnswer> Report(SiloReport report)
    {
        if (_leader.Session?.Generation != report.Generation)
        {
            // Its generation is just being begun, or over.
            await _settling.Run();
        }

        var isNew = _leader.Hear(report, out var answer);
        var settled = _leader.IsUrgent(report) ? _settling.Run() : Task.CompletedTask;
        if (isNew && report.Checkpoints.Count + report.CheckpointFaults.Count + report.Evaluations.Count > 0)
        {
            // Their silo remembers them until it is answered, so they outlive this one; if that takes too long, it asks again and is answered at once.
            await settled;
        }

        return answer;
    }

    public Task<ReduceReply> Reduce(ReduceRequest request, CancellationToken cancellationToken) =>
        _leader.Session is { } session && session.Generation == request.Generation
            ? _rounds.Add(request, _leader.Spec!.Shards, cancellationToken)
            : throw new InvalidOperationException($"Generation {request.Generation} of experiment '{this.GetPrimaryKeyString()}' is over.");

    private async Task Settle()
    {
        if (_leader.IsDue)
        {
            await _leader.Tick();
        }

        troubles.SetExperiment(this.GetPrimaryKeyString(), _leader.Run is { IsTerminal: false } ? _leader.OwnTroubles : []);
        _rounds.EndBelow(_leader.Session?.Generation ?? long.MaxValue);
    }

    private async Task Write(RunRecord run)
    {
        try
        {
            await state.Write(new() { Run = run }, $"The record of experiment '{run.Id}'");
            led.Set(run.Id, !run.IsTerminal);
        }
        catch (InconsistentStateException e)
        {
            // Another activation has written: it leads, this one knows nothing any more. The leader answers for its failures, so Orleans would not see this one.
            DeactivateOnIdle();
            throw StateWriting.Failed($"The record of experiment '{run.Id}'", e);
        }
    }
}
