using Sheaf.Records;
using Sheaf.Sdk;
using Sheaf.Specs;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Collectives;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Replicas;
using Sheaf.Training.UserCode;
using static TorchSharp.torch;

namespace Sheaf.Training.Trials;

/// <summary>
/// Tries the classes of the user's own that a spec names, as they will be used: rows, first weights, forward and backward passes, an evaluation, and the same
/// steps again. User code may end the process, so run it in a process of its own.
/// </summary>
/// <param name="packages">Where the classes are.</param>
/// <param name="doing">Is called with what comes next; where the process dies, the last call says in what.</param>
/// <param name="time">For what a step says of itself.</param>
/// <param name="cache">Where large rows are decoded into; null: all are in memory.</param>
/// <param name="remote">Where copies of remote files are; null: there are none.</param>
public sealed class UserCodeTrial(
    Packages packages, Action<string> doing, TimeProvider time, DataCache? cache = null, RemoteFiles? remote = null)
{
    private const int Steps = 4;

    /// <param name="spec">Whose classes are tried.</param>
    /// <param name="cancel">Ends it between two steps.</param>
    public TrialResult Run(ExperimentSpec spec, CancellationToken cancel)
    {
        var problems = new List<string>();
        try
        {
            doing("reading the rows");
            var data = DataLoader.Load(spec.Data, spec.Seed, null, cancel, packages, cache, remote);
            Rows(spec, data, problems);
            if (data.Train.FeaturesAreIntegers && spec.Data.Augmentation.Count > 0)
            {
                problems.Add("data.augmentation: the features are integers, and only pictures of floats are changed; remove it.");
            }

            var facts = problems.Count > 0 ? null : Probe(spec, data, problems);
            if (facts is null)
            {
                return new(null, problems);
            }

            data = data with { Facts = data.Facts with { UserCode = facts } };
            problems.AddRange(ModelShapes.Check(spec, data.Facts));
            if (problems.Count == 0)
            {
                Train(spec, data, problems, cancel);
            }

            return new(problems.Count == 0 ? facts : null, problems);
        }
        catch (DataException e)
        {
            return new(null, e.Problems);
        }
        catch (UserCodeException e)
        {
            return new(null, [.. problems, $"{KeyOf(spec)}: {e.Message}"]);
        }
        catch (TrainingException e)
        {
            return new(null, [.. problems, $"{KeyOf(spec)}: {e.Message}"]);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            return new(null, [.. problems, $"{KeyOf(spec)}: {Causes.Of(e)}"]);
        }
    }

    /// <summary>The key of the spec that a failure is reported for, if the failure names none itself.</summary>
    private static string KeyOf(ExperimentSpec spec) => spec.Model.IsOfUser ? "model" : spec.Loss is LossSpec.OfClass ? "loss" : "data";

    /// <summary>Adds a problem where a row is another one when it is read again.</summary>
    private static void Rows(ExperimentSpec spec, DataBundle data, List<string> problems)
    {
        if (data.Train is not UserRows rows || spec.Data.Train is not SourceSpec.OfClass own)
        {
            return;
        }

        int[] some = [.. Enumerable.Range(0, Math.Min(8, rows.Count)).Append(rows.Count - 1)];
        var (first, second) = (Read(rows, some), Read(rows, some));
        if (!first.Features.SequenceEqual(second.Features) || !first.Integers.SequenceEqual(second.Integers)
            || !first.Targets.SequenceEqual(second.Targets) || !first.Others.SequenceEqual(second.Others))
        {
            problems.Add($"data.train: {own.Class.Type} gives other numbers when a row is read a second time: a row must follow from its number alone.");
        }
        else if (first.Features.FindIndex(value => !float.IsFinite(value)) is >= 0 and var place)
        {
            problems.Add($"data.train: {own.Class.Type} gives {first.Features[place]} in row {some[place / rows.Width]}; features must be finite numbers.");
        }
    }

    private static (List<float> Features, List<long> Integers, List<float> Targets, List<long> Others) Read(UserRows rows, int[] some)
    {
        var features = new float[rows.FeaturesAreIntegers ? 0 : some.Length * rows.Width];
        var integers = new long[rows.FeaturesAreIntegers ? some.Length * rows.Width : 0];
        var targets = new float[rows.TargetsAreIntegers ? 0 : some.Length * rows.TargetWidth];
        var others = new long[rows.TargetsAreIntegers ? some.Length * rows.TargetWidth : 0];
        rows.Read(some, features, integers, targets, others);
        return ([.. features], [.. integers], [.. targets], [.. others]);
    }

    private UserCodeFacts? Probe(ExperimentSpec spec, DataBundle data, List<string> problems)
    {
        ComputeThreads.LimitToOne();
        var plan = new RunPlan(spec, data.Facts);
        var sampler = new StepSampler(spec.Seed, data.Train.Count, plan.BatchSize, spec.Shards);
        using var input = new ShardInput(data.Train, sampler.LargestShard, spec.Loss.WantsClasses);
        using var scope = NewDisposeScope();
        UserModelFacts? facts = null;
        Tensor output;
        if (spec.Model.IsOfUser)
        {
            doing("building the model");
            var probe = new ModelProbe(packages, data, spec, problems);
            if (probe.Build() is not { } model)
            {
                return null;
            }

            doing("the model's forward pass");
            facts = probe.Facts(model, Take(input, sampler, 0, 0, out _), out output);
            doing("the model's evaluation");
            probe.Evaluate(model, Take(input, sampler, 0, 0, out _));
            foreach (var (step, shard) in Smallest(sampler, plan, spec.Shards))
            {
                doing($"the model's forward pass on {sampler.ShardSizeAt(step, shard)} samples, as the smallest shard has");
                probe.Smallest(model, Take(input, sampler, step, shard, out _));
            }
        }
        else
        {
            var module = ModelBuilder.Build(
                spec, ModelShapes.Plan(spec with { Loss = new LossSpec.OfClass(null!, PredictionKind.Other), Metrics = [] }, Untried(data.Facts)),
                    new StepContext(spec.Seed));
            output = module.forward(Take(input, sampler, 0, 0, out _));
        }

        Take(input, sampler, 0, 0, out var target);
        var perSample = spec.Loss is LossSpec.OfClass { Class: var own } ? PerSample(own, output, target) : (int?)null;
        doing("making the metrics");
        var widths = spec.Metrics.OfType<MetricSpec.OfClass>().Select(metric => Width(metric, problems)).ToArray();
        return problems.Count > 0 ? null : new() { Model = facts, LossesPerSample = perSample, MetricWidths = widths };
    }

    private static DataFacts Untried(DataFacts facts) => facts with { UserCode = new() };

    private static Tensor Take(ShardInput input, StepSampler sampler, long step, int shard, out Tensor targets)
    {
        var count = sampler.ShardSizeAt(step, shard);
        sampler.RowsAt(step, shard, input.Rows(count));
        input.Gather(count, out var features, out targets);
        return features;
    }

    /// <summary>The smallest shard that is not empty, of a full batch and of an epoch's last.</summary>
    private static IEnumerable<(long Step, int Shard)> Smallest(StepSampler sampler, RunPlan plan, int shards) =>
        new[] { 0, plan.StepsPerEpoch - 1 }.Distinct()
            .Select(step => (step, Enumerable.Range(0, shards).Where(shard => sampler.ShardSizeAt(step, shard) > 0).MinBy(shard =>
                sampler.ShardSizeAt(step, shard))));

    private int PerSample(UserClass user, Tensor output, Tensor target)
    {
        doing("the loss");
        var loss = packages.Create<ILoss>(user, user.Arguments);
        var losses = loss.Losses(output, target);
        var rows = output.shape[0];
        return losses.shape is [var first, ..] && first == rows && losses.dtype == ScalarType.Float32
            ? checked((int)(losses.numel() / rows))
            : throw new UserCodeException(
                $"{user.Type}.Losses gave [{string.Join(", ", losses.shape)}] of {losses.dtype} for {rows} samples; give Float32 with a loss for each "
                    + $"sample, [{rows}], "
                    + $"or for each part of one, [{rows}, ...] (reduction None), never their sum or mean.");
    }

    private int Width(MetricSpec.OfClass spec, List<string> problems)
    {
        var width = packages.Create<IMetric>(spec.Class, spec.Class.Arguments).Width;
        if (width is < 1 or > 65_536)
        {
            problems.Add($"metrics: {spec.Class.Type}.Width is {width}; allowed: 1 to 65536.");
        }

        return width;
    }

    /// <summary>The first steps as a worker runs them: twice from the beginning, and once from the state in their middle.</summary>
    private void Train(ExperimentSpec spec, DataBundle data, List<string> problems, CancellationToken cancel)
    {
        var steps = (int)Math.Min(Steps, new RunPlan(spec, data.Facts).TotalSteps);
        var tensors = new List<long>();
        CheckpointSnapshot? middle = null;
        var hashes = RunSteps(spec, data, steps, null, replica =>
        {
            tensors.Add(Tensor.TotalCount);
            middle ??= replica.Capture();
        }, cancel);
        if (tensors.Count == Steps && tensors[3] > tensors[2] && tensors[2] > tensors[1])
        {
            problems.Add(
                $"model: every step leaves {tensors[3] - tensors[2]} tensors behind that nobody disposes of, so memory would grow without end: keep no "
                    + $"tensor in a field "
                    + "or a list, and detach none from its dispose scope.");
        }

        doing("the same steps a second time");
        if (!RunSteps(spec, data, steps, null, null, cancel).SequenceEqual(hashes))
        {
            problems.Add(
                $"{KeyOf(spec)}: the same steps gave other gradients the second time: something in your classes is random, or kept in a static field. "
                    + $"Random numbers come from "
                    + "StepRandom.Current.");
        }
        else if (steps > 1 && !RunSteps(spec, data, steps, middle, null, cancel).SequenceEqual(hashes.Skip(1)))
        {
            problems.Add(
                $"{KeyOf(spec)}: steps that went on from a checkpoint gave other gradients than without it: your classes keep something from step to step "
                    + $"that is neither a "
                    + "parameter nor a buffer, such as a counter in a field. Make it a buffer (register_buffer), or leave it out.");
        }
    }

    private List<ulong> RunSteps(
        ExperimentSpec spec, DataBundle data, int until, CheckpointSnapshot? from, Action<IReplica>? after, CancellationToken cancel)
    {
        var all = new ShardRange(0, spec.Shards);
        using var group = new LocalGroup(spec.Shards, [new Lease(0, all)], ModelShapes.Plan(spec, data.Facts).ReductionLength);
        var options = new WorkerOptions
        {
            Spec = spec,
            Data = data,
            ExperimentId = "trial",
            Worker = 0,
            Generation = 0,
            Shards = all,
            IsLeader = false,
            Packages = packages,
        };
        using var replica = new Replica(options, time);
        replica.Join(options, group, new PhaseBoard(time, 0));
        if (from is not null)
        {
            replica.Restore(from);
        }

        var hashes = new List<ulong>();
        while (replica.Step < until)
        {
            doing($"step {replica.Step}");
            hashes.Add(replica.RunStep(null, cancel).GradientHash);
            after?.Invoke(replica);
        }

        return hashes;
    }
}
