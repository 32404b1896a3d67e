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
    private RunLeader _leader = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _leader = new(ActivatorUtilities.CreateInstance<CoordinatorPorts>(services, GrainFactory, (Func<RunRecord, Task>)Write), time);
        if (state.State.Run is { } run)
        {
            _leader.Load(run);
            led.Set(run.Id, !run.IsTerminal);
        }

        this.RegisterGrainTimer(_ => Tick(), Period, Period);

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        led.Set(this.GetPrimaryKeyString(), false);
        _rounds.End("The coordinator of the experiment was deactivated.");
        return Task.CompletedTask;
    }

    public Task<SubmitAnswer> Submit(SubmitCommand command) => _leader.Submit(command);

    public Task<CommandAnswer> Want(DesiredState desired) => _leader.Want(desired);

    public async Task<RunState?> Touch()
    {
        await _leader.Touch();
        return _leader.Run?.State;
    }

    public Task DevicesFreed() => _leader.DevicesFreed();

    public Task<IReadOnlyList<DeviceGrant>> Devices() => Task.FromResult(_leader.Devices);

    public Task<CommandAnswer> Scale(int workers) => _leader.Scale(workers);

    public Task Leave(string siloAddress) => _leader.Leave(siloAddress);

    public Task<RunHealth?> Health() => Task.FromResult(_leader.Health());

    public async Task<ReportAnswer> Report(SiloReport report)
    {
        var answer = await _leader.Report(report);
        _rounds.EndBelow(_leader.Session?.Generation ?? long.MaxValue);
        return answer;
    }

    public Task<ReduceReply> Reduce(ReduceRequest request, CancellationToken cancellationToken) =>
        _leader.Session is { } session && session.Generation == request.Generation
            ? _rounds.Add(request, _leader.Spec!.Shards, cancellationToken)
            : throw new InvalidOperationException($"Generation {request.Generation} of experiment '{this.GetPrimaryKeyString()}' is over.");

    private async Task Tick()
    {
        if (_leader.IsDue)
        {
            await _leader.Tick();
            _rounds.EndBelow(_leader.Session?.Generation ?? long.MaxValue);
        }
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
