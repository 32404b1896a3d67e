namespace Sheaf.Specs;

/// <summary>
/// What a user submits, after parsing: every default is filled in and every value has been checked on its own and against the others.
/// Immutable. Facts of the data (row counts, classes) are not known here; they are checked at submit.
/// </summary>
public sealed record ExperimentSpec
{
    /// <summary>1-63 characters of [a-z0-9-], starting with a letter or digit.</summary>
    public required string Name { get; init; }

    /// <summary>The root of every random number of the experiment. 0 to 2^63-1; default 42.</summary>
    public long Seed { get; init; } = 42;

    public required DataSpec Data { get; init; }

    public required ModelSpec Model { get; init; }

    /// <summary>Null (the default): all weights are drawn.</summary>
    public WeightsSpec? Weights { get; init; }

    /// <summary>Parameters that are not trained: names, in which <c>*</c> stands for anything. Default none.</summary>
    public IReadOnlyList<string> Freeze { get; init; } = [];

    public InitialisationSpec Initialisation { get; init; } = new InitialisationSpec.Default();

    public required LossSpec Loss { get; init; }

    public required OptimizerSpec Optimizer { get; init; }

    /// <summary>Parameters that the optimizer treats otherwise; the first group that names one counts. Default none.</summary>
    public IReadOnlyList<ParameterGroup> ParameterGroups { get; init; } = [];

    /// <summary>Which parameters weight decay makes smaller; default all.</summary>
    public DecayedParameters WeightDecayOn { get; init; }

    /// <summary>Null (the default): the weights themselves are evaluated and kept.</summary>
    public MovingAverageSpec? Average { get; init; }

    public ScheduleSpec Schedule { get; init; } = new ScheduleSpec.Constant();

    /// <summary>Samples of one whole step over all shards; <c>null</c> means all training rows (full batch).</summary>
    public int? BatchSize { get; init; }

    /// <summary>Passes over the training rows; at least 1; default 1.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>The fixed number of slices of every batch; it, not the number of workers, defines the mathematics. 1 to 1024; default 1.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>How many workers may lease the shards; at most <see cref="Shards"/>. Default 1.</summary>
    public WorkerCount Workers { get; init; } = new(1, 1);

    public ReductionKind Reduction { get; init; } = ReductionKind.Auto;

    /// <summary>Metrics computed beside the loss, in the order of the spec.</summary>
    public IReadOnlyList<MetricSpec> Metrics { get; init; } = [];

    /// <summary>How often the validation rows are evaluated; default every epoch. Ignored without validation data.</summary>
    public Interval EvaluateEvery { get; init; } = new(1, IntervalUnit.Epoch);

    /// <summary>Null (the default): the training goes to its last epoch, and its last weights are the result.</summary>
    public EarlyStoppingSpec? EarlyStopping { get; init; }

    public CheckpointSpec Checkpoints { get; init; } = new();

    /// <summary>Largest 2-norm of the completed gradient; <c>null</c> (the default) does not clip.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Largest magnitude of every number of the completed gradient, before <see cref="ClipNorm"/>; <c>null</c> (the default) does not clip.</summary>
    public double? ClipValue { get; init; }

    /// <summary>What a loss that is NaN or infinite does; default fails the run.</summary>
    public NonFinitePolicy NonFinite { get; init; } = NonFinitePolicy.Fail;

    /// <summary>Strict (the default) refuses silos of another fingerprint.</summary>
    public BitsPolicy Bits { get; init; } = BitsPolicy.Strict;

    /// <summary>Whether evaluations of the validation rows decide how the training goes on, so that it waits for each decision.</summary>
    public bool DecidesByEvaluation => EarlyStopping is not null || Schedule is ScheduleSpec.Plateau;

    /// <summary>How a parameter is trained.</summary>
    /// <param name="dimensions">Of the parameter.</param>
    public OptimizerSpec OptimizerOf(string parameter, int dimensions)
    {
        var group = ParameterGroups.FirstOrDefault(each => NamePattern.MatchesAny(each.Parameters, parameter));
        var decay = WeightDecayOn == DecayedParameters.Weights && dimensions < 2 ? 0 : group?.WeightDecay ?? Optimizer.WeightDecay;
        return Optimizer with { LearningRate = group?.LearningRate ?? Optimizer.LearningRate, WeightDecay = decay };
    }

    public bool IsFrozen(string parameter) => NamePattern.MatchesAny(Freeze, parameter);

    /// <summary>Whether a larger value is a better one.</summary>
    /// <param name="by"><c>validation_loss</c>, or <c>validation_</c> and a metric of the spec.</param>
    public bool IsHigherBetter(string by) => Metrics.Any(metric => metric.HigherIsBetter && SpecNames.On("validation", metric.Name) == by);

    /// <summary>Where the spec names code of the user's own.</summary>
    public IEnumerable<UserCodeUse> UserCode
    {
        get
        {
            var rows = (Data.Validation as ValidationSpec.Source)?.Rows;
            foreach (var (key, source) in new[] { ("data.train", Data.Train), ("data.validation", rows), ("data.test", Data.Test) })
            {
                if (source is SourceSpec.OfClass { Class: var ofRows })
                {
                    yield return UserCodeUse.Of(key, ofRows);
                }
            }

            if (Model is ModelSpec.OfClass { Class: var ofModel })
            {
                yield return UserCodeUse.Of("model", ofModel);
            }
            else if (Model is ModelSpec.TorchScript script)
            {
                yield return new("model", Path.GetFileName(script.File), script.File, false, script.Package);
            }

            if (Loss is LossSpec.OfClass { Class: var ofLoss })
            {
                yield return UserCodeUse.Of("loss.class", ofLoss);
            }

            for (var place = 0; place < Metrics.Count; place++)
            {
                if (Metrics[place] is MetricSpec.OfClass { Class: var ofMetric })
                {
                    yield return UserCodeUse.Of($"metrics.{place}.class", ofMetric);
                }
            }
        }
    }
}
