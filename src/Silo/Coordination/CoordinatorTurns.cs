using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// The turns of a coordinator: in each, what is due is done as far as it can be, and what failed is said and left to a later turn. A store that is away, or
/// slow to say so, would hold up every turn: it is left alone for a while, and until then workers are only let go on. Not thread-safe.
/// </summary>
internal sealed class CoordinatorTurns(
    LedExperiment experiment,
    DueWork work,
    RecordWriter writer,
    Directions directions,
    ISiloHealth silos,
    StoreCircuit circuit,
    ICoordinatorLog log,
    TimeProvider time)
{
    private double _awake = experiment.Now;

    /// <summary>What failed last and is tried again, or is waited for.</summary>
    public Trouble Trouble { get; private set; }

    /// <summary>
    /// While this process stood still, or a turn waited and took no reports, the coordinator could not hear: that time counts against no worker.
    /// </summary>
    public void Wake()
    {
        var most = experiment.Options.StoodStill.TotalSeconds;
        var pause = experiment.Now - _awake;
        if (pause > most)
        {
            experiment.Session?.Heartbeats.SleptThrough(pause - most);
        }

        _awake = experiment.Now;
    }

    /// <summary>Does what is due. Never fails: what does is due again.</summary>
    public async Task Take()
    {
        Wake();
        if (IsResting(out var session))
        {
            directions.GrantWithoutStore(session);
            return;
        }

        var asked = time.GetTimestamp();
        experiment.Session?.FirstStepIsSettled();
        try
        {
            writer.DecideAnew();
            Trouble = new(await work.Do(), IsOfStore: false);
            circuit.Close();
        }
        catch (Exception e)
        {
            Failed(e, asked);
        }
    }

    /// <summary>
    /// A generation that cannot go on as it is does not wait for a store that rests; but what follows from it, once it could not be written, is not tried
    /// again at each turn.
    /// </summary>
    private bool IsResting([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out GenerationSession? session)
    {
        session = experiment.Session;
        return circuit.IsOpen && session is not null && experiment.Record.State == RunState.Running
            && (writer.Unwritten is not null || !GenerationRule.IsBroken(experiment.Record, session, silos.IsDead, experiment.Now));
    }

    private void Failed(Exception failure, long asked)
    {
        if (writer.Unwritten is not null)
        {
            circuit.Fail(failure, asked);
        }

        var text = FailureText.Of(failure);
        if (Trouble.Text != text)
        {
            log.Warn(experiment.Id, failure);
        }

        Trouble = new(text, StoreCircuit.IsOfStore(failure));
    }
}
