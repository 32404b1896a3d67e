using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Telemetry;
using Sheaf.Specs;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The experiment that a coordinator leads, as its parts share it: the record as it is stored, what follows from the spec, and the generation that runs.
/// <see cref="RecordWriter"/> alone changes the record; whatever begins or ends a generation changes the rest. Not thread-safe.
/// </summary>
internal sealed class LedExperiment(string id, RunContext context, ISiloHealth silos, CoordinationOptions options, TimeProvider time)
{
    private RunRecord? _record;
    private double _since = Seconds(time);
    private double? _lost;
    private string? _leaves;
    private double _leavesUntil = double.NegativeInfinity;

    public string Id => id;

    public CoordinationOptions Options => options;

    public RunContext Context => context;

    public ExperimentSpec Spec => context.Spec;

    /// <summary>Null: nothing has been stored yet.</summary>
    public RunRecord? Stored => _record;

    public RunRecord Record => _record ?? throw new InvalidOperationException($"The record of experiment '{id}' has not been written yet.");

    /// <summary>
    /// The record as an earlier activation left it, until this one has written another: an activation never acts in a generation that it only read. Null: this
    /// activation leads.
    /// </summary>
    public RunRecord? Found { get; private set; }

    /// <summary>Null as long as this activation has started no workers.</summary>
    public GenerationSession? Session { get; set; }

    /// <summary>What the generations before leave to the next one.</summary>
    public Handover Handover { get; set; } = Handover.None;

    /// <summary>
    /// Why the coordinator leaves this silo, for a person: the generation that runs ends at its next until, and this activation begins no other one. Null:
    /// it stays.
    /// </summary>
    public string? Leaves => Now < _leavesUntil ? _leaves : null;

    /// <summary>The last recovery that came to a committed step; null: none did in this activation.</summary>
    public Recovery? LastRecovery { get; private set; }

    /// <summary>Seconds of a monotonic clock.</summary>
    public double Now => Seconds(time);

    public DateTimeOffset UtcNow => time.GetUtcNow();

    /// <summary>When the present state began, on the clock of <see cref="Now"/>.</summary>
    public double Since => _since;

    /// <inheritdoc cref="Leaves"/>
    public void Leave(string cause) => (_leaves, _leavesUntil) = (Leaves ?? cause, Now + options.HandOverHolds.TotalSeconds);

    /// <summary>This activation is over.</summary>
    public void LeaveForGood() => _leavesUntil = double.PositiveInfinity;

    public void Find(RunRecord record) => Found = _record = record;

    public void Lead() => Found = null;

    /// <summary>The record has been written.</summary>
    public void Take(RunRecord record)
    {
        _since = _record?.State == record.State ? _since : Now;
        _lost = record.State switch
        {
            RunState.Recovering => _lost ?? Session?.Heartbeats.LastCommit ?? Now,
            RunState.Starting or RunState.Running => _lost,
            _ => null,
        };
        if (_record is { } before && before.AnewAfter != record.AnewAfter)
        {
            Handover = Handover with { AnewAfter = record.AnewAfter };
        }

        _record = record;
        Lead();
    }

    /// <summary>A step was committed: a recovery that was under way is over.</summary>
    public void Stepped()
    {
        if (_lost is { } lost)
        {
            LastRecovery = new((LastRecovery?.Number ?? 0) + 1, Now - lost);
            _lost = null;
        }
    }

    /// <summary>Those whose silos the cluster has not declared dead.</summary>
    public WorkerPlace[] Alive(IEnumerable<WorkerPlace> workers) => workers.Where(worker => !silos.IsDead(worker.SiloAddress)).ToArray();

    private static double Seconds(TimeProvider time) => time.GetTimestamp() / (double)time.TimestampFrequency;
}
