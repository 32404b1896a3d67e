using System.Text.RegularExpressions;
using Sheaf.Specs.Schema;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Sections;

/// <summary>The whole spec. A new top-level key is one field here; a new kind of layer, source or loss is one entry in its section.</summary>
internal static partial class ExperimentSection
{
    private static readonly SpecField<string> Name = SpecField<string>.Required(
        "name", new TextType(
            NamePattern(), "1 to 63 characters of a-z, 0-9 and -, the first a letter or digit"), "What the experiment is called.", "fashion-mnist");

    private static readonly SpecField<long> Seed = SpecField<long>.WithDefault(
        "seed", new IntegerType(0, long.MaxValue), 42, "The root of every random number of the experiment.", "42");

    private static readonly SpecField<DataSpec> Data = SpecField<DataSpec>.Required(
        "data", DataSection.Type, "The rows.", "{train: {format: csv, path: rows.csv, features: [x], target: y}}");

    private static readonly SpecField<ModelSpec> Model = SpecField<ModelSpec>.Required(
        "model", ModelSection.Type, "What is trained.", "{layers: [{linear: 1}]}");

    private static readonly SpecField<LossSpec> Loss = SpecField<LossSpec>.Required(
        "loss", LossSection.Type, "What a step makes smaller: the mean of this over the batch.", "cross_entropy");

    private static readonly SpecField<OptimizerSpec> Optimizer = SpecField<OptimizerSpec>.Required(
        "optimizer", OptimizerSection.Type, "How a gradient changes the weights.", "{sgd: {learning_rate: 0.05}}");

    private static readonly SpecField<ScheduleSpec> Schedule = SpecField<ScheduleSpec>.Filled(
        "schedule", ScheduleSection.Type, new SpecScalar(
            new SpecOrigin(1, 1, null), "constant", isPlain: true), "constant", "How the learning rate changes with the step.", "{cosine: {final: 0.01}}");

    private static readonly SpecField<int?> BatchSize = SpecField<int?>.Required(
        "batch_size", new BatchSizeType(), "Samples of one whole step, over all shards; all: every training row.", "64");

    private static readonly SpecField<int> Epochs = SpecField<int>.WithDefault(
        "epochs", new CountType(1, 1_000_000_000), 1, "Passes over the training rows.", "5");

    private static readonly SpecField<int> Shards = SpecField<int>.WithDefault(
        "shards", new CountType(1, 1024), 1, "The fixed number of slices of every batch: this, not the number of workers, defines the result.", "4");

    private static readonly SpecField<WorkerCount> Workers = SpecField<WorkerCount>.WithDefault(
        "workers", new WorkersType(), new WorkerCount(1, 1), "How many devices share the shards; any number gives the same bits.", "2");

    private static readonly SpecField<ReductionKind> Reduction = SpecField<ReductionKind>.WithDefault(
        "reduction", new EnumType<ReductionKind>(), ReductionKind.Auto, "The way gradients of several silos are summed; all give the same bits.", "auto");

    private static readonly SpecField<IReadOnlyList<MetricSpec>> Metrics = SpecField<IReadOnlyList<MetricSpec>>.WithDefault(
        "metrics",
        new ListType<MetricSpec>(MetricSection.Type, 0, distinct: true),
        [],
        "What is computed beside the loss: after every step of its batch (an epoch's is the mean of these), after an evaluation of all its rows.",
        "[accuracy, {top_k_accuracy: 3}]");

    private static readonly SpecField<Interval> EvaluateEvery = SpecField<Interval>.WithDefault(
        "evaluate_every", new IntervalType(), new Interval(1, IntervalUnit.Epoch), "How often the validation rows are evaluated.", "1 epoch");

    private static readonly SpecField<double> ClipNorm = SpecField<double>.Optional(
        "clip_norm", NumberType.Positive, "none", "The largest 2-norm of a whole gradient; a longer one is scaled down.", "1.0");

    private static readonly SpecField<double> ClipValue = SpecField<double>.Optional(
        "clip_value",
        NumberType.Positive,
        "none",
        "The largest magnitude of every number of a gradient; a larger one is cut off, before clip_norm is looked at.",
        "0.5");

    private static readonly SpecField<NonFinitePolicy> NonFinite = SpecField<NonFinitePolicy>.WithDefault(
        "non_finite", new EnumType<NonFinitePolicy>(), NonFinitePolicy.Fail,
            "What a step does whose loss, gradient or updated weights would be NaN or infinite: fails the run, or skips that update.", "fail");

    private static readonly SpecField<BitsPolicy> Bits = SpecField<BitsPolicy>.WithDefault(
        "bits", new EnumType<BitsPolicy>(), BitsPolicy.Strict, "strict refuses silos whose libtorch or processor could compute other bits.", "strict");

    public static Section<ExperimentSpec> Type { get; } = new(
        [Name, Seed, Data, Model, InitialisationSection.Weights, InitialisationSection.Freeze, InitialisationSection.Field, Loss, Optimizer,
            GroupSection.Groups, GroupSection.Decayed, GroupSection.Average, Schedule,
            BatchSize, Epochs, Shards, Workers, Reduction, Metrics, EvaluateEvery, EarlyStoppingSection.Field,
            CheckpointSection.Field, ClipNorm, ClipValue, NonFinite, Bits],
        v => new ExperimentSpec
        {
            Name = v.Get(Name),
            Seed = v.Get(Seed),
            Data = v.Get(Data),
            Model = v.Get(Model),
            Weights = v.Maybe(InitialisationSection.Weights),
            Freeze = v.Get(InitialisationSection.Freeze),
            Initialisation = v.Maybe(InitialisationSection.Field)!,
            Loss = v.Get(Loss),
            Optimizer = v.Get(Optimizer),
            ParameterGroups = v.Get(GroupSection.Groups),
            WeightDecayOn = v.Get(GroupSection.Decayed),
            Average = v.Maybe(GroupSection.Average),
            Schedule = v.Maybe(Schedule)!,
            BatchSize = v.Get(BatchSize),
            Epochs = v.Get(Epochs),
            Shards = v.Get(Shards),
            Workers = v.Get(Workers),
            Reduction = v.Get(Reduction),
            Metrics = v.Get(Metrics),
            EvaluateEvery = v.Get(EvaluateEvery),
            EarlyStopping = v.Maybe(EarlyStoppingSection.Field),
            Checkpoints = v.Maybe(CheckpointSection.Field)!,
            ClipNorm = v.MaybeValue(ClipNorm),
            ClipValue = v.MaybeValue(ClipValue),
            NonFinite = v.Get(NonFinite),
            Bits = v.Get(Bits),
        })
    {
        Reserved = ["sweep", "sweeps", "assembly", "assemblies", "pretrained", "precision", "max_steps",
            "accumulate", "resources", "description"],
    };

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z")]
    private static partial Regex NamePattern();
}
