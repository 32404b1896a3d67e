using Sheaf.Contracts.Grains;
using Orleans.Storage;
using Sheaf.Contracts.Messages;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Coordination;

/// <summary>A thin shell: turns of the grain call <see cref="RunLeader"/>, which decides, and the ports, which act.</summary>
[GrainType("coordinator")]
internal sealed class CoordinatorGrain(
    [PersistentState("run")] IPersistentState<CoordinatorState> state,
    IServiceProvider services,
    LedRuns led,
    TimeProvider time) : Grain, ICoordinatorGrain
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly ReductionRounds _rounds = new(time);
    private readonly TurnQueue _turns = new();
    private RunLeader _leader = null!;
    private Task _settled = Task.CompletedTask;
    private bool _isDue;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _leader = new(ActivatorUtilities.CreateInstance<CoordinatorPorts>(services, GrainFactory, (Func<RunRecord, Task>)Write), time);
        if (state.State.Run is { } run)
        {
            _leader.Load(run);
            led.Set(run.Id, !run.IsTerminal);
        }

        this.RegisterGrainTimer(_ => Settle(), Period, Period);

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        led.Set(this.GetPrimaryKeyString(), false);
        _rounds.End("The coordinator of the experiment was deactivated.");
        return Task.CompletedTask;
    }

    public Task<SubmitAnswer> Submit(SubmitCommand command) => _turns.Run(() => _leader.Submit(command));

    public Task<CommandAnswer> Want(DesiredState desired) => _turns.Run(() => _leader.Want(desired));

    public async Task<RunState?> Touch()
    {
        await _turns.Run(_leader.Touch);
        return _leader.Run?.State;
    }

    public Task DevicesFreed() => _turns.Run(_leader.DevicesFreed);

    public Task<IReadOnlyList<DeviceGrant>> Devices() => Task.FromResult(_leader.Devices);

    public Task<CommandAnswer> Scale(int workers) => _turns.Run(() => _leader.Scale(workers));

    public Task Leave(string siloAddress) => _turns.Run(() => _leader.Leave(siloAddress));

    public Task<RunHealth?> Health() => Task.FromResult(_leader.Health());

    public async Task<ReportAnswer> Report(SiloReport report)
    {
        if (_leader.Session?.Generation != report.Generation)
        {
            // Its generation is just being begun, or over.
            await Settle();
        }

        var isNew = _leader.Hear(report, out var answer);
        var settled = Settle();
        if (isNew && report.Checkpoints.Count > 0)
        {
            // Whoever wrote a checkpoint remembers it until it counts; if that takes too long, he asks again and is answered at once.
            await settled;
        }

        return answer;
    }

    public Task<ReduceReply> Reduce(ReduceRequest request, CancellationToken cancellationToken) =>
        _leader.Session is { } session && session.Generation == request.Generation
            ? _rounds.Add(request, _leader.Spec!.Shards, cancellationToken)
            : throw new InvalidOperationException($"Generation {request.Generation} of experiment '{this.GetPrimaryKeyString()}' is over.");

    /// <summary>What is due is settled, with all that was heard before its turn begins: whoever asks until then shares it.</summary>
    private Task Settle()
    {
        if (!_isDue)
        {
            _isDue = true;
            _settled = _turns.Run(async () =>
            {
                _isDue = false;
                if (_leader.IsDue)
                {
                    await _leader.Tick();
                    _rounds.EndBelow(_leader.Session?.Generation ?? long.MaxValue);
                }
            });
        }

        return _settled;
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
