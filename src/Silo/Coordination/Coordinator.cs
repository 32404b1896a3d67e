using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Leads one experiment: takes commands and reports in, asks <see cref="RunMachine"/> and the other rules what follows, and hands it to its parts, which
/// write it and only then act. What cannot be done now (a store that is away, a silo that does not answer) is left as it is and taken up again by the next
/// <see cref="Tick"/>. Not thread-safe: used within turns of one coordinator grain, one call at a time but for <see cref="Hear"/> and <see cref="Health"/>,
/// which may come while another one waits.
/// </summary>
internal sealed class Coordinator(CoordinatorPorts ports, TimeProvider time)
{
    private CoordinatorParts? _parts;

    /// <summary>Null: there is no such experiment.</summary>
    public RunRecord? Run => _parts?.Experiment.Stored;

    /// <summary>Null as long as this activation has started no workers.</summary>
    public GenerationSession? Session => _parts?.Experiment.Session;

    public ExperimentSpec? Spec => _parts?.Experiment.Spec;

    /// <summary>Null: there is no such experiment.</summary>
    public LedExperiment? Led => _parts?.Experiment;

    /// <summary>Devices beside the experiment's own that may join it; null: there is no such experiment.</summary>
    public Joiners? Joiners => _parts?.Devices.Joiners;

    /// <summary>What the experiment has, and what is being prepared for it.</summary>
    public IReadOnlyList<DeviceGrant> Devices => Run is { IsTerminal: false } run
        ? run.Workers.Select(LeasePlanner.DeviceOf).Concat(Joiners!.All).Distinct().ToArray()
        : [];

    /// <summary>What failed last and is tried again; empty where all is well.</summary>
    public string Trouble => _parts?.Turns.Trouble.Text ?? "";

    /// <summary>
    /// All that a user should know of and that is not as it should be: of the experiment, and of the silo and the store that it is written to.
    /// </summary>
    public IReadOnlyList<string> Troubles => CoordinatorTroubles.Of(Run, OwnTroubles, ports.OwnSilo.Troubles);

    /// <summary>Those of the experiment alone.</summary>
    public IReadOnlyList<string> OwnTroubles =>
        CoordinatorTroubles.OfExperiment(Session, _parts?.Turns.Trouble ?? new("", IsOfStore: false), ports.OwnSilo.Troubles);

    /// <summary>Something that is due could not be done: the next <see cref="Tick"/> tries again, even if the experiment has ended.</summary>
    public bool IsDue =>
        _parts is { Experiment.Stored: { } run } parts && (!run.IsTerminal || parts.Claim.MustRelease || parts.Sweep.IsDue || parts.News.HasMore);

    /// <summary>Takes the stored record up, as a new activation.</summary>
    public void Load(RunRecord run)
    {
        var context = new RunContext(run.SpecYaml, run.BasePath, run.Dataset);
        _parts = new(run.Id, context, ports, time);
        _parts.Experiment.Find(run);

        if (run is { IsTerminal: true, Resumable: false })
        {
            _parts.Sweep.Soon();
        }

        if (run is { IsTerminal: false, State: not RunState.Paused })
        {
            ports.Ledger.Awaken(run.Id);
        }

        // The activation before may have died between writing and telling, or between writing and taking away.
        var isAtRest = run.IsTerminal || run.State == RunState.Paused;
        _parts.News.Add(new() { Snapshot = isAtRest ? context.Snapshot(run, run.Step) : null, Checkpoints = run.Checkpoints });
    }

    public async Task<SubmitAnswer> Submit(SubmitCommand command, CancellationToken cancellationToken = default)
    {
        if (Run is null)
        {
            var submission = await ports.Submissions.Check(command, cancellationToken);
            if (submission.Violations.Count > 0 || submission.Dataset is not { } dataset)
            {
                return new() { Violations = submission.Violations };
            }

            await Begin(command, dataset);
        }

        await _parts!.Writer.Telling;
        return new() { View = await ports.Submissions.View(command.ExperimentId) };
    }

    public Task<CommandAnswer> Want(DesiredState desired) => Command(run => RunMachine.Want(run, desired, time.GetUtcNow()));

    public Task<CommandAnswer> Scale(int workers) => Command(run => RunMachine.Scale(run, workers, Spec!.Shards));

    /// <summary>Begins the experiment anew from step 0; only ever a user's explicit wish.</summary>
    public Task<CommandAnswer> BeginAnew() => Command(RunMachine.Anew);

    public Task Leave(string siloAddress)
    {
        _parts?.Devices.Leave(siloAddress);
        return Tick();
    }

    /// <summary>Leaves this silo in order. True: everything is written, and nothing of this activation runs any more. False: not yet.</summary>
    /// <param name="cause">For a person.</param>
    public async Task<bool> HandOver(string cause)
    {
        if (_parts is not { Experiment: { Stored: not null } experiment } parts)
        {
            return true;
        }

        // A generation whose workers are just being started goes on until they run: to start them twice would take longer.
        if (experiment.Leaves is not null || Session is null || experiment.Record.State == RunState.Running)
        {
            experiment.Leave(cause);
        }

        await Tick();
        if (experiment.Leaves is null || Session is not null)
        {
            return experiment.Record.IsTerminal;
        }

        experiment.LeaveForGood();
        await parts.Writer.Apply(RunMachine.HandedOver(experiment.Record));
        return true;
    }

    /// <inheritdoc cref="ICoordinatorGrain.Needs"/>
    public bool Needs(string siloAddress) => Run?.Needs(siloAddress) == true;

    public Task DevicesFreed()
    {
        _parts?.Devices.AskSoon();
        return Tick();
    }

    /// <summary>Takes up what should run and has no workers of this activation, and does what is due.</summary>
    public Task Touch() => Tick();

    /// <summary>Looks at what is due; called a few times a second.</summary>
    public async Task Tick()
    {
        if (_parts is { Experiment.Stored: not null } parts)
        {
            await TakeUp(parts);
            await parts.Turns.Take();
        }
    }

    /// <summary>
    /// Takes in what the workers of one silo did, and lets them go on. Waits for nothing, so it may come while another call of this coordinator does; what
    /// follows from it is settled by the next <see cref="Tick"/>. False: it is not of this generation, or has been heard before.
    /// </summary>
    /// <exception cref="InvalidOperationException">It comes from a generation that another coordinator leads.</exception>
    public bool Hear(SiloReport report, out ReportAnswer answer)
    {
        if (_parts is not { } parts)
        {
            answer = new() { GoesOn = false, DurableStep = 0 };
            return false;
        }

        parts.Turns.Wake();
        return parts.Reports.Hear(report, out answer);
    }

    /// <inheritdoc cref="ReportIntake.IsUrgent"/>
    public bool IsUrgent(SiloReport report) => _parts?.Reports.IsUrgent(report) ?? true;

    public RunHealth? Health() => _parts is { Experiment: { Stored: { } run } experiment } parts
        ? RunHealthView.Of(
            run, experiment.Context, Session, ports.OwnSilo.Name, ports.Silos.StatusOf, parts.Devices, Troubles, experiment.Now, experiment.Since)
        : null;

    /// <summary>Null: there is no such shard.</summary>
    public ShardView? Shard(int shard) => Run is not { } run || shard < 0 || shard >= Spec!.Shards ? null : new()
    {
        Shard = shard,
        Plan = _parts!.Experiment.Context.Shards,
        Lease = run.Workers.Where(worker => worker.Shards.Contains(shard)).Select(worker => new ShardLease
        {
            Generation = run.Generation,
            Worker = worker.Number,
            Silo = worker.Silo,
            FromStep = Session?.StartStep ?? run.Step,
        }).FirstOrDefault(),
        Cursor = Session?.CompleteStep ?? run.Step,
    };

    private async Task Begin(SubmitCommand command, DatasetRecord dataset)
    {
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
        await ports.Submissions.Register(dataset);
        await ports.Submissions.Create(context.Snapshot(run, 0), run.SpecYaml);
        _parts = new(run.Id, context, ports, time);
        await _parts.Writer.Apply(new(run));
        foreach (var missing in context.Facts.MissingValues)
        {
            _parts.News.Say(run.Submitted, "warning", missing);
        }

        if (context.BeginsWith.Length > 0)
        {
            _parts.News.Say(run.Submitted, "info", context.BeginsWith);
        }

        await _parts.Turns.Take();
    }

    /// <summary>
    /// What an earlier activation left running is taken up in a generation that this one has written: nobody acts in one that it only read.
    /// </summary>
    private async Task TakeUp(CoordinatorParts parts)
    {
        var experiment = parts.Experiment;
        if (experiment.Found is { IsTerminal: false, State: not RunState.Paused } found)
        {
            var alive = experiment.Alive(found.Workers).Select(LeasePlanner.DeviceOf).ToArray();
            await parts.Writer.Apply(RunMachine.Woken(found, alive, experiment.Spec.Shards, time.GetUtcNow()));
            experiment.Lead();
        }
    }

    private async Task<CommandAnswer> Command(Func<RunRecord, RunChange> decide)
    {
        if (_parts is not { Experiment.Stored: not null } parts)
        {
            return new();
        }

        await TakeUp(parts);
        var change = decide(parts.Experiment.Record);
        if (change.Refusal is null)
        {
            await parts.Writer.Apply(change);
            parts.Devices.AskSoon();
            await Tick();
        }

        await parts.Writer.Telling;
        return new() { View = await ports.Submissions.View(parts.Experiment.Id), Refusal = change.Refusal };
    }
}
