using System.Threading.Channels;
using Grpc.Core;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Devices;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Audits;

/// <summary>
/// Computes a committed step again: from the newest intact checkpoint before it, or the seed, on one worker that holds every shard. One at a time on a silo, on
/// a thread of its own. Thread-safe.
/// </summary>
internal sealed class StepReplay(
    IGrainFactory grains, DatasetCache datasets, ICheckpointStore store, ILocalSiloDetails silo, LocalDevices devices, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    public async Task Run(ExperimentView view, long step, Func<V1.ReplayMessage, Task> tell, CancellationToken cancellationToken)
    {
        if (step < 0 || step >= view.Run.Step)
        {
            throw new RpcException(new(StatusCode.FailedPrecondition, view.Run.Step == 0
                ? $"No step of '{view.Run.Id}' is committed yet."
                : $"Step {step} of '{view.Run.Id}' is not committed; steps 0 to {view.Run.Step - 1} are."));
        }

        if (!await _one.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new RpcException(new(StatusCode.ResourceExhausted, $"Silo '{silo.Name}' is at another replay. Ask again later, or ask another silo."));
        }

        try
        {
            var material = await RunMaterial.Load(view, grains, datasets, cancellationToken);
            var from = await LatestIntact.FindAsync(
                store, view.Checkpoints.Where(checkpoint => checkpoint.Step <= step).OrderByDescending(checkpoint => checkpoint.Step), cancellationToken);
            await tell(new()
            {
                Begin = new()
                {
                    FromStep = from.Record?.Step ?? 0, Origin = from.Record?.Path ?? "seed", Silo = silo.Name,
                    Fingerprint = devices.Fingerprint, RunFingerprint = view.Run.Fingerprint
                }
            });
            await Compare(material, from.Snapshot, step, tell, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task Compare(
        RunMaterial material, CheckpointSnapshot? from, long step, Func<V1.ReplayMessage, Task> tell, CancellationToken cancellationToken)
    {
        var view = material.View;
        await using var recorded = Recorded(view.Run.Id, from?.Step ?? 0, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var more = await recorded.MoveNextAsync();
        var (steps, compared, different, misfed) = (0L, 0L, new List<long>(), Array.Empty<int>());
        await foreach (var computed in Compute(material, from, step, cancellationToken))
        {
            for (; more && recorded.Current.Step < computed.Step; more = await recorded.MoveNextAsync())
            {
            }

            var wire = new V1.ReplayedStep { Step = computed.Step, GradientHash = computed.GradientHash, Loss = computed.Loss };
            steps++;
            if (more && recorded.Current.Step == computed.Step)
            {
                (wire.RecordedHash, wire.RecordedLoss) = (recorded.Current.GradientHash, recorded.Current.Loss);
                compared++;
                if (wire.RecordedHash != wire.GradientHash)
                {
                    different.Add(computed.Step);
                }
            }

            if (computed.Step == step)
            {
                var asked = await new ShardRows(grains, view.Run.Id, material.Spec.Shards).Digests(step, material.Data.Train.IdAt, cancellationToken);
                misfed = [.. asked.Zip(computed.SampleDigests).Index().Where(each => each.Item.First != each.Item.Second).Select(each => each.Index)];
            }

            await tell(new() { Step = wire });
        }

        var same = different.Count == 0 && compared == steps && misfed.Length == 0;
        var fed = misfed.Length == 0 ? "" : $" Shards {string.Join(", ", misfed)} were fed other rows in step {step} than they should be.";
        await tell(new() { Verdict = new() { Same = same, Steps = steps, Summary = Summary(view, step, steps, compared, different) + fed } });
    }

    private string Summary(ExperimentView view, long step, long steps, long compared, List<long> different)
    {
        var foreign = view.Run.Fingerprint.Length > 0 && view.Run.Fingerprint != devices.Fingerprint
            ? " This silo's fingerprint is not the run's, so that its bits may well differ: replay on a silo of the run's kind."
            : "";
        return different.Count > 0
            ? $"{(different.Count == 1 ? "1 gradient differs" : $"{different.Count} gradients differ")} from the ledger's, the first at step "
                + $"{different[0]}.{foreign}"
            : compared < steps
                ? $"The ledger lacks {steps - compared} of the {steps} steps; the others are the same."
                : steps == 1 ? $"The gradient of step {step} is the ledger's, bit for bit." : $"The gradient of step {step} is the ledger's, bit for bit, "
                    + $"and so are those of the {steps - 1} steps before it.";
    }

    private async IAsyncEnumerable<StepRecord> Compute(
        RunMaterial material, CheckpointSnapshot? from, long step, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var spec = material.Spec;
        var plan = ModelShapes.Plan(spec, material.Data.Facts);
        var all = new ShardRange(0, spec.Shards);
        var sink = new ReplaySink();
        using var group = new LocalGroup(spec.Shards, [new Lease(0, all)], plan.ReductionLength);
        var options = new WorkerOptions
        {
            Spec = spec,
            Data = material.Data,
            ExperimentId = material.View.Run.Id,
            Worker = 0,
            Generation = 0,
            Shards = all,
            IsLeader = false,
            Device = devices.First,
            StartStep = from?.Step ?? 0,
            From = from,
            SpecYaml = material.View.SpecYaml,
            Packages = datasets.Packages,
        };
        using var worker = new TrainingWorker(options, group, sink, time);
        using var stop = cancellationToken.Register(worker.Stop);
        foreach (var directive in Directives(material.View.Run.Decisions, from?.Step ?? 0, step + 1))
        {
            worker.Submit(directive);
        }

        worker.Start();
        _ = worker.Completion.ContinueWith(_ => sink.Complete(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await foreach (var record in sink.Steps.ReadAllAsync(cancellationToken))
        {
            yield return record;
        }

        await worker.Completion;
        if (sink.Failure is { } failure)
        {
            throw new RpcException(new(StatusCode.FailedPrecondition, $"The replay ended at step {failure.Step}, as the run would: {failure.Message}"));
        }
    }

    /// <summary>The steps, with the learning rates that evaluations decided.</summary>
    private static IEnumerable<Directive> Directives(RunDecisions? decisions, long from, long end)
    {
        var sequence = 0L;
        var changes = decisions?.Rates.Select(change => change.FromStep).Where(step => step > from && step < end) ?? [];
        foreach (var until in changes.Append(end))
        {
            yield return new(sequence++, DirectiveKind.Run, until, Rate: decisions?.RateAt(until - 1));
        }

        yield return new(sequence, DirectiveKind.Finish, end);
    }

    private async IAsyncEnumerable<StepCommit> Recorded(
        string id, long fromStep, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in grains.GetGrain<IExperimentGrain>(id).Steps(fromStep, cancellationToken).WithCancellation(cancellationToken))
        {
            foreach (var step in block.Steps)
            {
                yield return step;
            }
        }
    }

    /// <summary>
    /// The worker's thread writes, the replay reads; a slow reader does not hold up the thread, which has at most the steps between two checkpoints to tell.
    /// </summary>
    private sealed class ReplaySink : IWorkerSink
    {
        private readonly Channel<StepRecord> _steps = Channel.CreateUnbounded<StepRecord>(new() { SingleReader = true, SingleWriter = true });

        public ChannelReader<StepRecord> Steps => _steps.Reader;

        public WorkerFailure? Failure { get; private set; }

        public void Complete() => _steps.Writer.TryComplete();

        public void Ready(long step, ulong stateHash)
        {
            // The one worker waits for nobody.
        }

        public void Applied(StepRecord record) => _steps.Writer.TryWrite(record);

        public void Evaluated(EvaluationRecord record)
        {
            // It is told to evaluate nothing.
        }

        public void Captured(CheckpointSnapshot snapshot)
        {
            // It is told to capture nothing.
        }

        public void Reached(long sequence, long step)
        {
            // The steps tell.
        }

        public void Failed(WorkerFailure failure) => Failure = failure;
    }
}
