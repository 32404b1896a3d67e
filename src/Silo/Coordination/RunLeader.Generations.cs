using Sheaf.Contracts.Grains.Messages;
using Sheaf.Specs;
using Sheaf.Training.Collectives;

namespace Sheaf.Silo.Coordination;

/// <content>How one generation ends and the next one begins.</content>
public sealed partial class RunLeader
{
    /// <summary>Workers were lost: the survivors go on in the next generation.</summary>
    private async Task Lose(GenerationSession session, Loss loss)
    {
        await Decide(RunMachine.Lost(Run!, OrSources(loss.Survivors), loss.Reason, session.Step, Spec!.Shards, time.GetUtcNow(), loss.OfAWorker));
        foreach (var silo in loss.Unfit)
        {
            Joiners.Refuse(silo, Now);
        }

        (_reshape, _overALink) = (null, loss.OverALink);
        End(session);
    }

    /// <summary>Where whoever was to take over is gone before it had the state, those who still have it go on. Once it ran, they have left for good, and others may have their devices.</summary>
    private DeviceGrant[] OrSources(IReadOnlyList<WorkerPlace> survivors, IReadOnlyCollection<string>? without = null)
    {
        var places = survivors.Count > 0 || Run!.State == RunState.Running ? survivors : Alive(Run.Sources).Where(source => without?.Contains(source.SiloAddress) != true);
        return places.Select(LeasePlanner.DeviceOf).Distinct().ToArray();
    }

    /// <summary>What the session knows that the record does not is kept for the next one.</summary>
    private void End(GenerationSession session)
    {
        _news.Remember(session.OpenRecords);
        _trained = (session.Meter.Samples, session.Meter.Seconds);
        _evaluations = session.Evaluations;
        Session = null;
    }

    private async Task Reshape((IReadOnlyList<DeviceGrant> Devices, string Cause) reshape)
    {
        var alive = reshape.Devices.Where(device => !ports.IsDead(device.SiloAddress)).ToArray();
        if (alive.Length == 0 && reshape.Devices.Count > 0)
        {
            // Whoever was to take over is gone: those who still have the state go on, and leave later.
            alive = Alive(Run!.Workers).Select(LeasePlanner.DeviceOf).ToArray();
        }

        var before = Run!;
        _reshape = null;
        try
        {
            await Decide(alive.Length > 0
                ? RunMachine.Reshaped(before, alive, reshape.Cause, Spec!.Shards)
                : RunMachine.Drained(before with { Reason = $"{reshape.Cause}; waits for devices" }, time.GetUtcNow()));
        }
        catch when (Run == before)
        {
            // Without it the generation would seem to have ended for nobody to take over.
            _reshape = reshape;
            throw;
        }

        if (alive.Length > 0 && Session is { } session)
        {
            End(session);
        }
    }

    /// <summary>Begins the generation that is written, if the silos' answers allow it. False: not now.</summary>
    private async Task<bool> Regroup()
    {
        var run = Run!;
        if (_lookAgain > Now)
        {
            _waitsFor = _away;
            return false;
        }

        ports.GenerationWritten(run.Generation, run.Step);
        var places = run.Workers.Concat(run.Sources).DistinctBy(worker => worker.SiloAddress).Where(worker => !ports.IsDead(worker.SiloAddress)).ToArray();
        var answers = (await Task.WhenAll(places.Select(place => ports.Survey(run.Id, place, run.Generation)))).OfType<KeptState>().ToDictionary(answer => answer.SiloAddress);
        var steps = answers.Values.Select(answer => answer.Step - 1).OfType<long>().Where(step => step >= 0).Distinct().ToArray();
        var hashes = steps.Zip(await Task.WhenAll(steps.Select(Recorded))).ToDictionary(known => known.First, known => known.Second?.GradientHash);

        var mesh = _overALink && Reduction(run) == ReductionKind.Peer;
        var verdict = SurveyRule.Of(
            run.Generation,
            run.Workers.Select(worker => worker.SiloAddress).Distinct().ToArray(),
            run.Sources.Select(worker => worker.SiloAddress).ToArray(),
            _distrust || _anew ? answers.ToDictionary(answer => answer.Key, answer => answer.Value with { Step = null }) : answers,
            ports.IsDead,
            mesh,
            run.Checkpoints.Count > 0 ? run.Checkpoints[^1].Step : 0,
            step => hashes.GetValueOrDefault(step));
        switch (verdict)
        {
            case SurveyVerdict.Outrun outrun:
                await Apply(RunMachine.Outrun(run, outrun.Generation));
                return true;
            case SurveyVerdict.Wait wait:
                _waitsFor = wait.Reason;
                return false;
            case SurveyVerdict.Without without:
                await GoOnWithout(run, without);
                return true;
            case SurveyVerdict.FromMemory memory:
                return await Begin(new() { Step = memory.Step, Donors = Donors(run, memory.Donors) }, answers.Values);
            case SurveyVerdict.FromCheckpoint checkpoint:
                return await BeginFromCheckpoint(checkpoint.Distrusted, answers.Values);
            default:
                throw new InvalidOperationException($"The verdict {verdict} is not known.");
        }
    }

    /// <summary>A step as the ledger has it.</summary>
    private async Task<StepCommit?> Recorded(long step) => _news.Told(step) ?? await ports.Recorded(Run!.Id, step);

    private Task GoOnWithout(RunRecord run, SurveyVerdict.Without without)
    {
        foreach (var silo in without.Silos.Concat(without.Stuck.Select(worker => worker.Silo)).Where(silo => !ports.IsDead(silo)))
        {
            Joiners.Refuse(silo, Now);
        }

        var stay = run.Workers.Where(worker => !without.Silos.Contains(worker.SiloAddress) && !without.Stuck.Contains((worker.SiloAddress, worker.Number))).ToArray();
        return Apply(RunMachine.Lost(run, OrSources(stay, without.Silos), without.Reason, run.Step, Spec!.Shards, time.GetUtcNow()));
    }

    /// <summary>
    /// Starts the workers and tells them what to do. The ledger is completed while they begin: the survivors keep their records until the store has them. False, or true with no session: not in this
    /// generation.
    /// </summary>
    private async Task<bool> Begin(StateOrigin from, IReadOnlyCollection<KeptState> answers)
    {
        var run = Run!;
        var reduction = Reduction(run);
        var began = await Task.WhenAll(run.Workers.Select(worker => TryStart(AssignmentOf(run, worker, from, reduction))));
        if (began.Contains(false))
        {
            await Apply(RunMachine.Outrun(run, run.Generation));
            return true;
        }

        var session = Session = new(run with { TrainedSamples = Math.Max(run.TrainedSamples, _trained.Samples), TrainedSeconds = Math.Max(run.TrainedSeconds, _trained.Seconds) }, _context!.Plan, from.Step, Now, _evaluations) { BeganInMemory = from.Donors.Count > 0 };
        (_overALink, _anew) = (false, false);
        Joiners.Clear();
        _news.Salvage(answers.SelectMany(answer => answer.Records), from.Step, time.GetUtcNow());
        _news.Add(new() { Generations = new[] { GenerationOf(run, from, reduction) } });
        _mustHold = true;
        if (run.Desired == DesiredState.Run)
        {
            session.Extend();
        }
        else
        {
            session.Drain(checkpoint: run.Desired == DesiredState.Pause);
        }

        Direct(session);
        return true;
    }

    private async Task<bool> TryStart(Assignment assignment)
    {
        try
        {
            return await ports.Start(assignment);
        }
        catch (Exception e)
        {
            ports.Warn(Run!.Id, e);
            return false;
        }
    }

    private static Assignment AssignmentOf(RunRecord run, WorkerPlace worker, StateOrigin from, ReductionKind reduction) => new()
    {
        ExperimentId = run.Id,
        Generation = run.Generation,
        Worker = worker.Number,
        Workers = run.Workers,
        SpecYaml = run.SpecYaml,
        BasePath = run.BasePath,
        Dataset = run.Dataset,
        From = from,
        Reduction = reduction,
    };

    private GenerationRecord GenerationOf(RunRecord run, StateOrigin from, ReductionKind reduction) => new()
    {
        Generation = run.Generation,
        FromStep = from.Step,
        Began = time.GetUtcNow(),
        Reason = run.Cause,
        Workers = run.Workers,
        Origin = from.Donors.Count > 0 ? $"memory of {string.Join(", ", from.Donors.Select(donor => donor.Silo))}" : from.Checkpoint is { } checkpoint ? $"checkpoint of step {checkpoint.Step}" : "seed",
        Reduction = run.Workers.DistinctBy(worker => worker.SiloAddress).Count() == 1 && reduction == ReductionKind.Peer ? "memory" : SpecNames.Of(reduction),
    };

    /// <summary>Where all workers are on one silo, they reduce in its memory, unless the spec wants the coordinator to.</summary>
    private ReductionKind Reduction(RunRecord run) => Spec!.Reduction == ReductionKind.Auto
        ? ReductionChoice.Auto(_context!.GradientBytes, run.Workers.DistinctBy(worker => worker.SiloAddress).Count())
        : Spec.Reduction;

    private static StateDonor[] Donors(RunRecord run, IReadOnlyList<string> addresses) => run.Workers.Concat(run.Sources)
        .Where(worker => addresses.Contains(worker.SiloAddress))
        .DistinctBy(worker => worker.SiloAddress)
        .Select(worker => new StateDonor { Silo = worker.Silo, SiloAddress = worker.SiloAddress, DataEndpoint = worker.DataEndpoint })
        .ToArray();
}
