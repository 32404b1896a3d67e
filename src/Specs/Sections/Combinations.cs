using Sheaf.Specs.Schema;

namespace Sheaf.Specs.Sections;

/// <summary>
/// What is sound by itself and impossible together. Each rule runs where the values that it needs could be read, whatever is wrong elsewhere.
/// Shapes are not known here: the data decides them, and they are checked on submit.
/// </summary>
internal static class Combinations
{
    /// <summary>The rules below, in <see cref="DataRules"/> and in <see cref="LayerRules"/>, for the reference.</summary>
    public static IReadOnlyList<string> Documented { get; } =
        [
            "`workers` (or `workers.max`) above `shards`; `workers.min` above `workers.max`; `shards` above `batch_size`.",
            "`checkpoints.keep.best` without `by`; `by` with `best: 0`, naming something that the spec does not compute, or without `data.validation`.",
            "`evaluate_every`, `early_stopping` or the schedule `plateau` without `data.validation`; their `by` naming something that the spec does not "
                + "compute.",
            "A metric of classes with a loss for numbers, a metric of numbers with one for classes or for yes or no; `top_k_accuracy` with other losses "
                + "than those for classes.",
            "A model that ends with another layer than its loss needs: `log_softmax` with `nll` and `kl_div`, `sigmoid` or `softmax` with "
                + "`binary_cross_entropy`.",
            "`weight_decay_on`, or `weight_decay` of a group, with `rprop`.",
            "`nesterov` without `momentum`; `rprop` with a schedule other than `constant`, with a warm-up, or with `min_step` above `max_step`.",
            "`batch_norm` where `batch_size` over `shards` gives a shard fewer than 2 samples.",
            "A layer for images on vectors (after `flatten` or `linear`, or on CSV rows), one for vectors (`linear`, `softmax`, ...) on images without "
                + "`flatten`, `conv1d` on anything but what `reshape` makes of two numbers; "
                + "a pool padded by more than half its kernel.",
            "A `network` on CSV rows, or without its head and without `layers` behind it; an image smaller than it needs.",
            "A model that is two of `layers` (with or without a `network` before them), a class and `torchscript`, or none of them; `project` without "
                + "`type`; a transform of the rows of a class.",
            "A model without weights; one output with a loss for classes; another number of `class_weights` than of outputs; on CSV rows other outputs "
                + "than the loss needs for the target.",
            "A `scale` of 0; a `normalize` whose `std` has another length than its `mean`, or which fits neither one value nor the number of features, "
                + "or with a `correction` beside its `std`; a `pad` or `repeat_channels` after them, or of CSV rows; an augmentation of images on CSV rows.",
            "Rows of a text that overlap and are drawn for validation; texts of another unit, context or target than the training rows'; a transform or an "
                + "augmentation of a text; a share that is empty.",
            "`mixup` that is not the last augmentation, or with `class_weights`.",
            "A target that is a feature as well; a `one_hot` or `index` column that is none, or in both; a transform other than a learned "
                + "`normalize` beside `index`; `except` without a pattern in `features`; `rows` beside `share`; "
                + "`rows` whose `from` is above `to`; a comma or a tab with two meanings; `images` and `labels` in one file; "
                + "a `validation` or `test` of another format or width than `train`.",
        ];

    public static void Check(SpecReading reading)
    {
        Shards(reading);
        KeepBest(reading);
        Decisions(reading);
        Evaluation(reading);
        MetricsFitLoss(reading);
        Optimizer(reading);
        GroupSection.Check(reading);
        ModelSection.Check(reading);
        DataRules.Check(reading);
        AugmentationSection.Check(reading);
        LayerRules.Check(reading);
    }

    private static void Shards(SpecReading reading)
    {
        var known = reading.TryGet<int>("shards", out var shards);
        if (reading.TryGet<WorkerCount>("workers", out var workers))
        {
            if (workers.Min > workers.Max)
            {
                reading.Reject("workers.min", $"min {workers.Min} is more than max {workers.Max}; swap them");
            }

            if (known && workers.Max > shards)
            {
                reading.Reject(
                    reading.Has("workers.max") ? "workers.max" : "workers",
                    $"{workers.Max} workers cannot share {shards} {(shards == 1 ? "shard" : "shards")}; allowed: at most shards. "
                        + $"Raise shards to {workers.Max}, or lower workers");
            }
        }

        if (known && reading.TryGet<int>("batch_size", out var batch) && shards > batch)
        {
            reading.Reject("shards", $"{shards} shards of a batch of {batch} would leave shards without a sample; allowed: at most batch_size");
        }
    }

    private static void KeepBest(SpecReading reading)
    {
        const string By = "checkpoints.keep.by";
        var hasBest = reading.TryGet<int>("checkpoints.keep.best", out var best);
        if (!reading.Has(By))
        {
            if (hasBest && best > 0)
            {
                reading.Reject("checkpoints.keep.best", $"keeping the {best} best needs \"by\", what best is measured by, such as by: validation_loss");
            }

            return;
        }

        if (hasBest && best == 0)
        {
            reading.Reject("checkpoints.keep.best", "best: 0 keeps none, so \"by\" has no effect; remove \"by\" or raise best");
        }

        Measured(reading, By);
    }

    /// <summary>What the key names must be computed on the validation rows, and there must be some.</summary>
    private static void Measured(SpecReading reading, string key)
    {
        if (!reading.TryGet<string>(key, out var by))
        {
            return;
        }

        // validation_rmse is a metric by another of its names.
        const string Rows = "validation_";
        var known = by.StartsWith(Rows, StringComparison.Ordinal) ? Rows + Names.Nearest(by[Rows.Length..], [], MetricSection.Type.Spellings) : by;
        List<string> allowed = ["validation_loss", .. KnownMetrics(reading).Select(m => SpecNames.On("validation", m.Metric.Name))];
        if (!allowed.Contains(by))
        {
            reading.Reject(key, $"\"{by}\" is not computed by this spec{Names.Hint(allowed.Contains(known) ? known : by, allowed)}. A metric must stand "
                + "in \"metrics\" as well");
        }
        else if (!reading.Has("data.validation"))
        {
            reading.Reject(key, $"\"{by}\" needs validation rows, and data.validation is missing; add for example validation: {{fraction: 0.1}} to data");
        }
    }

    private static void Decisions(SpecReading reading)
    {
        if (reading.Has("early_stopping"))
        {
            Measured(reading, "early_stopping.by");
        }

        if (reading.TryGet<string>("schedule?", out var schedule) && schedule == "plateau")
        {
            Measured(reading, "schedule.plateau.by");
        }
    }

    private static void Evaluation(SpecReading reading)
    {
        if (reading.Has("evaluate_every") && reading.Has("data") && !reading.Has("data.validation"))
        {
            reading.Reject(
                "evaluate_every",
                "there is nothing to evaluate, as data.validation is missing; add for example validation: {fraction: 0.1} to data, or remove this key");
        }
    }

    private static void MetricsFitLoss(SpecReading reading)
    {
        if (!reading.TryGet<LossSpec>("loss", out var loss))
        {
            return;
        }

        foreach (var (key, metric) in KnownMetrics(reading).Where(m => !m.Metric.Judges(loss.Predicts)))
        {
            var predictions = loss.Predicts switch
            {
                PredictionKind.Class => "classes",
                PredictionKind.YesOrNo => "yes or no",
                PredictionKind.Number => "numbers",
                _ => "what only it knows (its key predicts can say more)",
            };
            reading.Reject(
                key,
                $"{MetricSection.Type.Show(metric)} cannot judge the predictions of {loss.Name}, which are {predictions}; allowed with it: "
                    + string.Join(", ", MetricSection.Judging(loss.Predicts)));
        }
    }

    private static void Optimizer(SpecReading reading)
    {
        if (reading.TryGet<bool>("optimizer.sgd.nesterov", out var nesterov) && nesterov && reading.TryGet<double>("optimizer.sgd.momentum", out var momentum)
            && momentum == 0)
        {
            reading.Reject(
                "optimizer.sgd.nesterov", "nesterov looks ahead along the momentum, which is 0; set momentum above 0 (0.9 is usual), or remove nesterov");
        }

        if (!reading.TryGet<string>("optimizer?", out var optimizer) || optimizer != "rprop")
        {
            return;
        }

        if (reading.TryGet<ScheduleSpec>("schedule", out var schedule) && schedule is not ScheduleSpec.Constant { WarmupSteps: 0 })
        {
            reading.Reject("schedule", "rprop finds each weight's step by itself, and a schedule has no say in it; allowed: constant, without warmup");
        }

        if (reading.TryGet<double>("optimizer.rprop.min_step", out var smallest) && reading.TryGet<double>("optimizer.rprop.max_step", out var largest)
            && smallest > largest)
        {
            reading.Reject("optimizer.rprop.min_step", $"min_step {smallest:R} is more than max_step {largest:R}; swap them");
        }
    }

    private static IEnumerable<(string Key, MetricSpec Metric)> KnownMetrics(SpecReading reading)
    {
        foreach (var key in Indices(reading, "metrics"))
        {
            if (reading.TryGet<MetricSpec>(key, out var metric))
            {
                yield return (key, metric);
            }
        }
    }

    /// <summary>The keys of a list's items that the user wrote, sound or not.</summary>
    internal static IEnumerable<string> Indices(SpecReading reading, string list)
    {
        for (var i = 0; reading.Has($"{list}.{i}"); i++)
        {
            yield return $"{list}.{i}";
        }
    }
}
