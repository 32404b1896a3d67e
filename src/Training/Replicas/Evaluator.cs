using System.Runtime.InteropServices;
using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Devices;
using Sheaf.Training.Losses;
using Sheaf.Training.Metrics;
using Sheaf.Training.Models;
using static TorchSharp.torch;

namespace Sheaf.Training.Replicas;

/// <summary>
/// Evaluates a whole row set in S fixed slices over the leases, each in batches of a fixed size, with sums in double precision that are combined along the
/// tree: the same figures for any number of workers.
/// </summary>
internal sealed class Evaluator(ExperimentSpec spec, DataBundle data, FlatModel model, ComputeDevice device, Loss loss, MetricSums metrics,
    int outputWidth) : IDisposable
{
    private const int BatchRows = ModelShapes.EvaluationRows;

    private readonly Dictionary<RowSetKind, ShardInput> _inputs = [];

    public EvaluationRecord Run(WorkerOptions options, LocalGroup group, PhaseBoard phases, long step, RowSetKind kind, CancellationToken stopping)
    {
        var rows = RowsOf(kind);
        var scalars = StepScalars.FirstMetric + (int)metrics.Width;
        var classes = loss.WantsClasses ? rows.Classes ?? outputWidth : 0;
        var width = scalars + (2 * classes);
        var mine = new double[options.Shards.Count * width];
        model.Module.eval();
        try
        {
            using var noGrad = no_grad();
            var slices = new EvaluationSlices(rows.Count, spec.Shards);
            for (var shard = options.Shards.First; shard < options.Shards.End; shard++)
            {
                var sums = mine.AsSpan((shard - options.Shards.First) * width, width);
                var (start, size) = (slices.StartOf(shard), slices.SizeOf(shard));
                for (var done = 0; done < size; done += BatchRows)
                {
                    stopping.ThrowIfCancellationRequested();
                    RunBatch(kind, rows, start + done, Math.Min(BatchRows, size - done), sums, scalars, classes);
                }
            }
        }
        finally
        {
            model.Module.train();
        }

        options.Lease?.ThrowIfLapsed("nothing more is sent");
        phases.Enter(WorkerPhase.Reducing, step);
        var total = ReductionTree.Sum(group.Gather(options.Worker, step, mine, width), spec.Shards, width);
        return new()
        {
            Step = step,
            Rows = kind,
            Samples = (long)total[StepScalars.Weight],
            Loss = total[StepScalars.Loss] / total[StepScalars.LossWeight],
            Metrics = metrics.Values(total.AsSpan(StepScalars.FirstMetric..scalars), total[StepScalars.Weight]),
            Classes = Enumerable.Range(0, classes).Select(c => new ClassCount((long)total[scalars + c], (long)total[scalars + classes + c])).ToArray(),
        };
    }

    public void Dispose()
    {
        foreach (var input in _inputs.Values)
        {
            input.Dispose();
        }
    }

    private RowSet RowsOf(RowSetKind kind) => kind switch
    {
        RowSetKind.Train => data.Train,
        RowSetKind.Validation => data.Validation,
        _ => data.Test,
    } ?? throw new InvalidOperationException($"The spec has no {kind.ToString().ToLowerInvariant()} data to evaluate.");

    private void RunBatch(RowSetKind kind, RowSet rows, int start, int count, Span<double> sums, int scalars, int classes)
    {
        if (!_inputs.TryGetValue(kind, out var input))
        {
            _inputs.Add(kind, input = new ShardInput(rows, Math.Min(BatchRows, rows.Count), loss.WantsClasses));
        }

        var picked = input.Rows(count);
        for (var i = 0; i < count; i++)
        {
            picked[i] = start + i;
        }

        input.Gather(count, out var features, out var targets);
        using var scope = NewDisposeScope();
        var output = model.Forward(device.Put(features));
        sums[StepScalars.Loss] += MemoryMarshal.Cast<byte, float>(device.Fetch(loss.Sum(output, device.Put(targets))).bytes)[0];
        sums[StepScalars.Weight] += count;
        sums[StepScalars.LossWeight] += loss.WantsClasses ? loss.WeightOf(input.Classes(count)) : (double)count * loss.SampleWeight;
        var values = MemoryMarshal.Cast<byte, float>(device.Fetch(output).bytes);
        var own = sums[StepScalars.FirstMetric..scalars];
        if (loss.WantsClasses)
        {
            metrics.AddClasses(values, input.Classes(count), own, sums.Slice(scalars, classes), sums.Slice(scalars + classes, classes));
        }
        else if (spec.Loss.Predicts == PredictionKind.Other)
        {
            metrics.AddOthers(count, values, input.Values(count), input.Integers(count), own);
        }
        else
        {
            metrics.AddValues(values, input.Values(count), own);
        }
    }
}
