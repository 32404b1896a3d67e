using Sheaf.Api.Services;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Datasets;
using Sheaf.Training.Ledger;

namespace Sheaf.Silo.Audits;

/// <summary>
/// Asks the shards what every one of them should have been fed in every committed step, and compares it, row by row of the data, with the ledger. Runs on the
/// thread pool of the silo that is asked, outside of any grain. Thread-safe.
/// </summary>
internal sealed class LedgerAudit(IGrainFactory grains, DatasetCache datasets)
{
    /// <summary>Findings that are sent one by one; the verdict counts all of them.</summary>
    private const int MostFindings = 200;

    public async Task Run(ExperimentView view, Func<V1.AuditMessage, Task> tell, CancellationToken cancellationToken)
    {
        var material = await RunMaterial.Load(view, grains, datasets, cancellationToken);
        foreach (var generation in view.Generations)
        {
            await tell(new() { Generation = WireMap.Generation(generation) });
        }

        var sampler = await new ShardRows(grains, view.Run.Id, material.Spec.Shards).Sampler(cancellationToken);
        var (findings, clean) = (0L, true);
        var end = view.Run.Step;
        await using var steps = Steps(view.Run.Id, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var more = await steps.MoveNextAsync();
        for (long first = 0; first < end;)
        {
            var last = Math.Min(((first / sampler.StepsPerEpoch) + 1) * sampler.StepsPerEpoch, end);
            var epoch = new List<StepRecord>();
            for (; more && steps.Current.Step < last; more = await steps.MoveNextAsync())
            {
                epoch.Add(RecordOf(steps.Current, material.Spec.Shards));
            }

            var from = first;
            var report = await Task.Run(() => LedgerAuditor.Audit(epoch, sampler, material.Data.Train.IdAt, last, from), cancellationToken);
            foreach (var finding in report.Findings)
            {
                if (findings++ < MostFindings)
                {
                    await tell(new() { Finding = WireOf(finding) });
                }
            }

            foreach (var verdict in report.Epochs)
            {
                clean &= verdict.IsClean;
                await tell(new()
                {
                    Epoch = new()
                    {
                        Epoch = verdict.Epoch, FirstStep = verdict.FirstStep, EndStep = verdict.EndStep, Whole = verdict.IsWhole,
                        Clean = verdict.IsClean
                    }
                });
            }

            first = last;
        }

        await tell(new() { Verdict = Verdict(material, end, findings, clean) });
    }

    private static V1.AuditVerdict Verdict(RunMaterial material, long steps, long findings, bool clean)
    {
        var run = material.View.Run;
        var samples = material.Data.Train.Count;
        var epochs = steps / material.Plan.StepsPerEpoch;
        var rest = steps % material.Plan.StepsPerEpoch;
        var whole = epochs == 0
            ? ""
            : $"Every one of the {samples} training samples was used exactly once in "
                + $"{(epochs == 1 ? "the one whole epoch" : $"each of {epochs} whole epochs")}";
        var part = rest == 0
            ? ""
            : $"{(whole.Length > 0 ? "; " : "")}{(whole.Length > 0 ? "of" : "Of")} epoch {epochs + 1}, {rest} of {material.Plan.StepsPerEpoch} steps "
                + "are committed, and no sample was used twice in them";
        return new()
        {
            Proven = clean && steps > 0,
            Steps = steps,
            TotalSteps = run.TotalSteps,
            SamplesPerEpoch = samples,
            Findings = findings,
            Generations = material.View.Generations.Count,
            Summary = steps == 0 ? "No step is committed yet: there is nothing to prove." : clean ? $"{whole}{part}." : "Not proven: "
                + $"{(findings == 1 ? "1 finding" : $"{findings} findings")} in {steps} steps.",
        };
    }

    private static V1.AuditFinding WireOf(LedgerFinding finding)
    {
        var wire = new V1.AuditFinding { Step = finding.Step, Kind = finding.Kind.ToString(), Message = finding.Message };
        if (finding.Shard is { } shard)
        {
            wire.Shard = shard;
        }

        return wire;
    }

    /// <summary>The ledger's entry as a report of all shards: in it all workers of the step agree.</summary>
    private static StepRecord RecordOf(StepCommit commit, int shards) => new()
    {
        Step = commit.Step,
        Generation = commit.Generation,
        Worker = 0,
        Shards = new(0, shards),
        Loss = commit.Loss,
        Metrics = commit.Metrics,
        Samples = commit.Samples,
        LearningRate = commit.LearningRate,
        GradientHash = commit.GradientHash,
        SampleDigests = commit.SampleDigests,
        ComputeMicroseconds = 0,
        StepMicroseconds = 0,
    };

    private async IAsyncEnumerable<StepCommit> Steps(string id, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var block in grains.GetGrain<IExperimentGrain>(id).Steps(0, cancellationToken).WithCancellation(cancellationToken))
        {
            foreach (var step in block.Steps)
            {
                yield return step;
            }
        }
    }
}
