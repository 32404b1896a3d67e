using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Leads one run: asks <see cref="RunMachine"/> what follows, writes it, and only then acts. Holds the run's record and the session of its generation.
/// Not thread-safe: used within turns of one coordinator grain.
/// </summary>
public sealed class RunLeader(IRunPorts ports, TimeProvider time)
{
    private readonly Outbox _outbox = new();
    private RunContext? _context;

    /// <summary>Null: there is no such experiment.</summary>
    public RunRecord? Run { get; private set; }

    /// <summary>Null as long as this activation has started no workers.</summary>
    public GenerationSession? Session { get; private set; }

    public ExperimentSpec? Spec => _context?.Spec;

    /// <summary>Takes the stored record up, as a new activation.</summary>
    public void Load(RunRecord run)
    {
        Run = run;
        _context = new(run.SpecYaml, run.BasePath, run.Dataset);
    }

    public async Task<SubmitAnswer> Submit(SubmitCommand command)
    {
        if (Run is null)
        {
            var submission = await ports.Check(command);
            if (submission.Violations.Count > 0 || submission.Dataset is not { } dataset)
            {
                return new() { Violations = submission.Violations };
            }

            var context = new RunContext(command.SpecYaml, command.BasePath, dataset);
            var run = new RunRecord
            {
                Id = command.ExperimentId,
                Name = context.Spec.Name,
                SpecYaml = command.SpecYaml,
                BasePath = command.BasePath,
                Dataset = dataset,
                Submitted = time.GetUtcNow(),
                Reason = "waits for devices",
            };
            await ports.Register(dataset);
            await ports.Create(context.Snapshot(run, 0), run.SpecYaml);
            _context = context;
            await Apply(new(run, RunEffects.RequestDevices));
        }

        return new() { View = await ports.View(command.ExperimentId) };
    }

    public async Task<CommandAnswer> Want(DesiredState desired)
    {
        if (Run is not { } run)
        {
            return new();
        }

        var change = RunMachine.Want(run, desired, time.GetUtcNow());
        if (change.Refusal is null)
        {
            await Apply(change);
            if (change.Effects.HasFlag(RunEffects.Drain) && Session is null)
            {
                await Touch();
            }
        }

        return new() { View = await ports.View(run.Id), Refusal = change.Refusal };
    }

    /// <summary>What has no workers of this activation and should run is started from its last checkpoint, in a new generation.</summary>
    public async Task Touch()
    {
        if (Run is { IsTerminal: false } run && Session is null)
        {
            await Apply(RunMachine.Woken(run, time.GetUtcNow()));
        }
        else if (Run is not null)
        {
            await Send();
        }
    }

    public Task DevicesFreed() => Run is { State: RunState.Queued or RunState.Recovering } && Session is null ? RequestDevices() : Task.CompletedTask;

    /// <summary>False: the report is of a generation that is over.</summary>
    public async Task<bool> Report(SiloReport report)
    {
        if (Run is null || Session is not { } session || report.Generation != session.Generation)
        {
            // Workers that outlived the activation that started them: their generation is over, and the next one is due.
            await Touch();
            return false;
        }

        var now = time.GetUtcNow();
        if (session.IsNew(report))
        {
            var steps = session.Take(report);
            _outbox.Add(new() { Steps = steps, Evaluations = report.Evaluations, Progress = steps.Count > 0 ? session.Progress() : null, Events = RunEvents.Of(report, now) });
        }

        await Send();
        if (report.Checkpoints.Count > 0 || session.IsFinished)
        {
            // Before a checkpoint counts, the ledger has every step below it: they will not be computed again.
            await ports.Flush(Run.Id);
        }

        foreach (var checkpoint in report.Checkpoints)
        {
            await Keep(checkpoint, session);
        }

        if (Run.State == RunState.Starting && session.AllReady)
        {
            await Apply(RunMachine.Ready(Run, now));
        }

        if (RunVerdict.Of(Run, _context!, session, report, now) is { } verdict)
        {
            await Apply(verdict);
        }
        else if (session.Extend() || report.Steps.Count == 0)
        {
            await Direct(session);
        }

        return true;
    }

    private async Task Keep(CheckpointRecord checkpoint, GenerationSession session)
    {
        var run = Run!;
        if (run.Checkpoints.Any(known => known.Path == checkpoint.Path))
        {
            return;
        }

        var scored = checkpoint with { Score = checkpoint.Score ?? CheckpointScore.Of(Spec!, session.Evaluations.GetValueOrDefault(RowSetKind.Validation)) };
        var all = run.Checkpoints.Append(scored).OrderBy(known => known.Step).ThenBy(known => known.Generation).ToArray();
        var dropped = RetentionPolicy.ToDelete(all, Spec!.Checkpoints);
        var kept = all.Except(dropped).ToArray();
        await Apply(RunMachine.Checkpoints(run, kept, checkpoint.Step, session.Meter.Samples, session.Meter.Seconds), new() { Checkpoint = scored, Checkpoints = kept });
        await ports.Delete(dropped);
        await ports.Advance(run.Id, session.Generation, Spec.Shards, checkpoint.Step);
    }

    private async Task Apply(RunChange change, RunNews? news = null)
    {
        var before = Run;
        if (change.Record != before)
        {
            await ports.Write(change.Record);
            Run = change.Record;
            var step = Session?.Generation == Run.Generation ? Session.Step : Run.Checkpoints.Count > 0 ? Run.Checkpoints[^1].Step : 0;
            var happened = RunEvents.Of(before, Run, time.GetUtcNow());
            _outbox.Add((news ?? new RunNews()) with { Snapshot = _context!.Snapshot(Run, step), Events = happened is null ? [] : new[] { happened } });
            await TryTell(Run.IsTerminal);
        }

        if (change.Effects.HasFlag(RunEffects.Drain) && Session is { } draining)
        {
            draining.Drain(checkpoint: Run!.Desired == DesiredState.Pause);
            await Direct(draining);
        }

        if (change.Effects.HasFlag(RunEffects.StopWorkers))
        {
            await Task.WhenAll(before!.Workers.Select(worker => ports.Stop(Run!.Id, worker, before.Generation, Run.Reason)));
        }

        if (change.Effects.HasFlag(RunEffects.ReleaseDevices))
        {
            Session = null;
            await ports.Release(Run!.Id);
        }

        if (change.Effects.HasFlag(RunEffects.StartWorkers))
        {
            await Start();
        }

        if (change.Effects.HasFlag(RunEffects.RequestDevices))
        {
            await RequestDevices();
        }
    }

    private async Task RequestDevices()
    {
        var run = Run!;
        var answer = await ports.Request(new()
        {
            ExperimentId = run.Id,
            Min = Spec!.Workers.Min,
            Max = Math.Min(Spec.Workers.Max, Spec.Shards),
            Fingerprint = Spec.Bits == BitsPolicy.Strict && run.Fingerprint.Length > 0 ? run.Fingerprint : null,
        });
        await Apply(answer.Granted.Count > 0
            ? RunMachine.Granted(run, answer.Granted, answer.Fingerprint ?? "", Spec.Shards)
            : RunMachine.Waiting(run, answer.Reason ?? "waits for devices"));
    }

    /// <summary>The new generation is written: lease the shards, start the workers, tell them what to do.</summary>
    private async Task Start()
    {
        var (from, damaged) = await ports.FirstIntact(Run!.Checkpoints);
        if (damaged.Count > 0)
        {
            var intact = Run.Checkpoints.Where(known => !damaged.Any(fault => fault.Step == known.Step)).ToArray();
            _outbox.Add(new() { Events = damaged.Select(fault => new RunEvent { Time = time.GetUtcNow(), Level = "warning", Message = $"the checkpoint of step {fault.Step} is damaged and passed over: {fault.Message}" }).ToArray() });
            await Apply(new(Run with { Checkpoints = intact }), new() { Checkpoints = intact });
        }

        var run = Run;
        var start = from?.Step ?? 0;
        var session = Session = new(run, _context!.Plan, Spec!.Shards, start);
        var leases = run.Workers.SelectMany(worker => Enumerable.Repeat(new ShardLease { Generation = run.Generation, Worker = worker.Number, Silo = worker.Silo, FromStep = start }, worker.Shards.Count)).ToArray();
        var started = await ports.Lease(run.Id, _context.Shards, leases);
        if (started)
        {
            var assignments = run.Workers.Select(worker => new Assignment
            {
                ExperimentId = run.Id,
                Generation = run.Generation,
                Worker = worker.Number,
                Workers = run.Workers,
                SpecYaml = run.SpecYaml,
                BasePath = run.BasePath,
                Dataset = run.Dataset,
                From = from,
                ThroughCoordinator = Spec.Reduction == ReductionKind.Coordinator,
            });
            started = !(await Task.WhenAll(assignments.Select(ports.Start))).Contains(false);
        }

        if (!started)
        {
            await Apply(RunMachine.Lost(run, $"a shard or a silo has seen a generation above {run.Generation}", start, time.GetUtcNow()));
            return;
        }

        session.Extend();
        await Direct(session);
    }

    private Task Direct(GenerationSession session) => Task.WhenAll(Run!.Workers
        .Select(worker => (worker, directives: session.DirectivesOf(worker.Number)))
        .Where(todo => todo.directives.Count > 0)
        .Select(todo => ports.Direct(Run.Id, todo.worker, session.Generation, todo.directives)));

    /// <summary>The change is written: its effects must follow, even if nobody can be told of it now.</summary>
    private async Task TryTell(bool flush)
    {
        try
        {
            await Send();
            if (flush)
            {
                await ports.Flush(Run!.Id);
            }
        }
        catch (Exception e)
        {
            ports.Warn(Run!.Id, e);
        }
    }

    /// <summary>What could not be told stays in the outbox and goes with the next news.</summary>
    private async Task Send()
    {
        if (_outbox.Pending is { } news)
        {
            await ports.Tell(Run!.Id, news);
            _outbox.Clear();
        }
    }
}
