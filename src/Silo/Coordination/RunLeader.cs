using Sheaf.Contracts.Messages;
using Sheaf.Contracts.Specs;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// Leads one run: asks <see cref="RunMachine"/> what follows, writes it, and only then acts. Holds the run's record and the session of its generation. What cannot be done now (a store that
/// is away, a silo that does not answer) is left as it is and taken up again by the next <see cref="Tick"/>: everything that is due follows from the record and the session.
/// Not thread-safe: used within turns of one coordinator grain, one call at a time but for <see cref="Hear"/> and <see cref="Health"/>, which may come while another one waits.
/// </summary>
public sealed partial class RunLeader(IRunPorts ports, TimeProvider time)
{
    /// <summary>Seconds after which a silo that reports nothing counts as lost, even if the cluster holds it for alive.</summary>
    public const double MostSilence = 10;

    /// <summary>Seconds that the workers of a generation have to load data and weights; then it goes on without those that have not.</summary>
    public const double MostLoading = 60;

    /// <summary>Seconds after which those that are ready go on without silos that lack the data or the checkpoints.</summary>
    public const double MostWaiting = 5;

    /// <summary>Updates skipped in a row of which a user should know.</summary>
    private const int ManySkipped = 10;

    /// <summary>Seconds that the pool's word to leave a silo holds; it says it every second, until the silo is gone or back in service.</summary>
    private const double LeaveSeconds = 5;

    /// <summary>Seconds between two turns beyond which the leader itself stood still: a tick is due a few times a second.</summary>
    private const double MostPause = 1;

    /// <summary>Seconds without a step after which the workers are told again what to do, apart from the answers to their reports: they may wait for it, and have nothing to report.</summary>
    private const double DirectAgain = 1;

    /// <summary>Generations that one turn writes before it lets others in.</summary>
    private const int MostAttempts = 4;

    private readonly List<CheckpointRecord> _written = [];
    private readonly Dictionary<string, double> _leaving = new(StringComparer.Ordinal);
    private readonly StoreRest _rest = new(time);
    private readonly Periodic _asking = new(2);
    private readonly Periodic _directing = new(DirectAgain);
    private Newsroom _news = null!;
    private RunContext? _context;
    private (IReadOnlyList<DeviceGrant> Devices, string Cause)? _reshape;
    private string _waitsFor = "";
    private string _toldWaits = "";
    private bool _storeFailed;
    private bool _distrust;
    private bool _mustRelease;
    private bool _mustHold;
    private bool _mustSweep;
    private Dictionary<RowSetKind, EvaluationRecord>? _evaluations;
    private bool _acted;
    private bool _overALink;
    private bool _inVain;
    private bool _isFirst;
    private Task _telling = Task.CompletedTask;
    private Task _holding = Task.CompletedTask;
    private (long Samples, double Seconds) _trained;
    private double _since;
    private double _awake;

    /// <summary>Null: there is no such experiment.</summary>
    public RunRecord? Run { get; private set; }

    /// <summary>Null as long as this activation has started no workers.</summary>
    public GenerationSession? Session { get; private set; }

    public ExperimentSpec? Spec => _context?.Spec;

    /// <summary>Devices beside the run's own that may join it.</summary>
    public Joiners Joiners { get; } = new();

    /// <summary>What the run has, and what is being prepared for it.</summary>
    public IReadOnlyList<DeviceGrant> Devices => Run is { IsTerminal: false } run ? run.Workers.Select(LeasePlanner.DeviceOf).Concat(Joiners.All).Distinct().ToArray() : [];

    /// <summary>What failed last and is tried again; empty where all is well.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>All that a user should know of and that is not as it should be: of the run, and of the silo and the store that it is written to.</summary>
    public IReadOnlyList<string> Troubles => OwnTroubles.Concat(Run is { IsTerminal: false } ? ports.SiloTroubles : []).Distinct().ToArray();

    /// <summary>Those of the run alone.</summary>
    public IReadOnlyList<string> OwnTroubles => new[]
    {
        _storeFailed && ports.SiloTroubles.Count > 0 ? "" : Trouble,
        Session?.Waits ?? "",
        Session?.CheckpointFault is { } fault ? RunEvents.CheckpointTrouble(fault) : "",
        Session is { SkippedInARow: >= ManySkipped } skipping
            ? $"the last {skipping.SkippedInARow} updates were skipped, as their loss or gradient is not finite (non_finite: skip): nothing is learned; lower the learning rate, or set clip_norm"
            : "",
    }.Where(trouble => trouble.Length > 0).Distinct().ToArray();

    /// <summary>Something that is due could not be done: the next <see cref="Tick"/> tries again, even if the run has ended.</summary>
    public bool IsDue => Run is { } run && (!run.IsTerminal || _mustRelease || _mustSweep || _news.HasMore);

    /// <summary>Addresses of silos that are to be taken away.</summary>
    private HashSet<string> Leaving => _leaving.Where(silo => silo.Value > Now).Select(silo => silo.Key).ToHashSet(StringComparer.Ordinal);

    private double Now => time.GetTimestamp() / (double)time.TimestampFrequency;

    /// <summary>Takes the stored record up, as a new activation.</summary>
    public void Load(RunRecord run)
    {
        Run = run;
        _context = new(run.SpecYaml, run.BasePath, run.Dataset);
        _news = new(ports, run.Id);
        _since = Now;

        // The activation before may have died between writing and telling, or between writing and taking away.
        _mustSweep = run is { IsTerminal: true, Resumable: false };
        _news.Add(new() { Snapshot = run.IsTerminal || run.State == RunState.Paused ? _context.Snapshot(run, run.Step) : null, Checkpoints = run.Checkpoints });
    }

    public async Task<SubmitAnswer> Submit(SubmitCommand command, CancellationToken cancellationToken = default)
    {
        if (Run is null)
        {
            var submission = await ports.Check(command, cancellationToken);
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
            (_context, _news, _since) = (context, new(ports, run.Id), Now);
            await Apply(new(run));
            await TrySettle();
        }

        await _telling;
        return new() { View = await ports.View(command.ExperimentId) };
    }

    public async Task<CommandAnswer> Want(DesiredState desired)
    {
        if (Run is not { } run)
        {
            return new();
        }

        return await Command(RunMachine.Want(run, desired, time.GetUtcNow()));
    }

    public async Task<CommandAnswer> Scale(int workers) => Run is { } run ? await Command(RunMachine.Scale(run, workers, Spec!.Shards)) : new();

    public Task Leave(string siloAddress)
    {
        _leaving[siloAddress] = Now + LeaveSeconds;
        Joiners.Remove(siloAddress);
        return Tick();
    }

    /// <summary>What has no workers of this activation and should run is taken up, in a new generation.</summary>
    public async Task Touch()
    {
        if (Run is { IsTerminal: false, State: not RunState.Paused } run && Session is null && !_acted)
        {
            var alive = Alive(run.Workers).Select(LeasePlanner.DeviceOf).ToArray();
            await Apply(RunMachine.Woken(run, alive, Spec!.Shards, time.GetUtcNow()));
            _acted = true;
        }

        await TrySettle();
    }

    /// <summary>Looks at what is due; called a few times a second.</summary>
    public async Task Tick()
    {
        if (Run is null)
        {
            return;
        }

        if (!_acted)
        {
            await Touch();
            return;
        }

        await TrySettle();
    }

    public Task DevicesFreed()
    {
        _asking.Expire();
        return Tick();
    }

    /// <summary>
    /// Takes in what the workers of one silo did, and lets them go on. Waits for nothing, so it may come while another call of this leader does; what follows from it is settled by the next
    /// <see cref="Tick"/>. False: it is not of this generation, or has been heard before.
    /// </summary>
    /// <exception cref="InvalidOperationException">It comes from a generation that another coordinator leads.</exception>
    public bool Hear(SiloReport report, out ReportAnswer answer)
    {
        Wake();
        var session = Session?.Generation == report.Generation ? Session : null;
        answer = new() { GoesOn = session is not null, DurableStep = _news?.Durable ?? 0 };
        if (session is null)
        {
            // Workers that outlived the activation that started them: their generation is over, and the next one is due.
            return Run is { IsTerminal: false } run && report.Generation > run.Generation
                ? throw new InvalidOperationException($"Generation {report.Generation} of experiment '{run.Id}' is above the one that this coordinator leads, {run.Generation}: another one leads.")
                : false;
        }

        var isNew = session.IsNew(report);
        if (isNew)
        {
            var before = session.LastStep;
            var steps = session.Take(report, Now);
            _isFirst |= before is null && steps.Count > 0;
            _written.AddRange(report.Checkpoints);
            TellWaits(session);
            TellSkipped(session, steps);
            _news!.Add(new() { Steps = steps, Epochs = EpochsOf(steps), Evaluations = report.Evaluations, Progress = steps.Count > 0 ? session.Progress() : null, Events = RunEvents.Of(report, Spec!, time.GetUtcNow()) });
        }

        if (Run is { State: RunState.Running, Desired: DesiredState.Run } going && going.Generation == session.Generation && !IsBroken(session))
        {
            session.Extend();
            answer = answer with { Directives = session.DirectivesOf(report.Silo) };
        }

        return isNew;
    }

    /// <summary>Said once when it begins, and once when it is over.</summary>
    private void TellWaits(GenerationSession session)
    {
        if (session.Waits != _toldWaits)
        {
            _news.Say(time.GetUtcNow(), session.Waits.Length > 0 ? "warning" : "info", session.Waits.Length > 0 ? session.Waits : "what was waited for is there");
            _toldWaits = session.Waits;
        }
    }

    /// <summary>What follows from a report should not wait for the next <see cref="Tick"/>; steps of a run that goes on can, but for the first of a generation: whoever watches waits for it.</summary>
    public bool IsUrgent(SiloReport report) => !report.IsRoutine
        || _isFirst
        || Run is not { State: RunState.Running, Desired: DesiredState.Run }
        || Session is not { IsClosed: false, Disagreement: null } session
        || Joiners.Unready.Any()
        || _written.Exists(checkpoint => checkpoint.Step <= session.CompleteStep);

    public RunHealth? Health() => Run is { } run
        ? RunHealthView.Of(run, _context!, Session, ports.Silo, ports.StatusOf, Joiners.All, Leaving, Troubles, Now, _since)
        : null;

    /// <summary>Null: there is no such shard.</summary>
    public ShardView? Shard(int shard) => Run is not { } run || shard < 0 || shard >= Spec!.Shards ? null : new()
    {
        Shard = shard,
        Plan = _context!.Shards,
        Lease = run.Workers.Where(worker => worker.Shards.Contains(shard)).Select(worker => new ShardLease
        {
            Generation = run.Generation,
            Worker = worker.Number,
            Silo = worker.Silo,
            FromStep = Session?.StartStep ?? run.Step,
        }).FirstOrDefault(),
        Cursor = Session?.CompleteStep ?? run.Step,
    };

    private async Task<CommandAnswer> Command(RunChange change)
    {
        if (change.Refusal is null)
        {
            await Apply(change);
            _asking.Expire();
            await Tick();
        }

        await _telling;
        return new() { View = await ports.View(Run!.Id), Refusal = change.Refusal };
    }
}
