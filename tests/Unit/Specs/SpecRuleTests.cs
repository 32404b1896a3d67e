namespace Sheaf.Tests.Unit.Specs;

/// <summary>One change to a sound spec, one violation.</summary>
public class SpecRuleTests
{
    private const string Sgd = "{ sgd: { learning_rate: 0.05, momentum: 0.9 } }";
    private const string Keep = "keep: { latest: 2, best: 1, by: validation_loss }";

    [Theory]
    [InlineData("name: small", "name: Small Net", "name", "1 to 63 characters of a-z")]
    [InlineData("name: small", "name:", "name", "has no value; expected text")]
    [InlineData("name: small\n", "", "", "the key \"name\" is missing")]
    [InlineData("seed: 7", "seed: 9223372036854775808", "seed", "out of range; allowed: 0 to 2^63-1")]
    [InlineData("seed: 7", "seed: \"7\"", "seed", "is text because of its quotes (write 7)")]
    [InlineData("seed: 7", "seed: [7]", "seed", "a list of 1 is not a whole number")]
    [InlineData("seed: 7", "seed: 7.0", "seed", "\"7.0\" is not a whole number")]
    [InlineData("seed: 7", "seed: 7\nseed: 8", "seed", "stands twice here (first on line 2)")]
    [InlineData("epochs: 5", "epochs: 0", "epochs", "0 is out of range; allowed: 1 to")]
    [InlineData("epochs: 5", "epochs: ~", "epochs", "has no value; expected whole number (1 to 1000000000), or leave the key out")]
    [InlineData("shards: 4", "shards: 1025", "shards", "allowed: 1 to 1024")]
    [InlineData("workers: 2", "workers: 5", "workers", "5 workers cannot share 4 shards")]
    [InlineData("workers: 2", "workers: { min: 1, max: 5 }", "workers.max", "5 workers cannot share 4 shards")]
    [InlineData("workers: 2", "workers: { min: 3, max: 2 }", "workers.min", "min 3 is more than max 2")]
    [InlineData("workers: 2", "workers: { min: 1 }", "workers", "\"max\" is missing")]
    [InlineData("batch_size: 64", "batch_size: 3", "shards", "4 shards of a batch of 3")]
    [InlineData("batch_size: 64", "batch_size: every", "batch_size", "neither a whole number nor \"all\"")]
    [InlineData("batch_size: 64", "batch_size: 0", "batch_size", "allowed: 1 to 16777216")]
    [InlineData("loss: cross_entropy", "loss: { cross_entropy: { label_smoothing: 1 } }", "loss.cross_entropy.label_smoothing", "allowed: 0 to below 1")]
    [InlineData("loss: cross_entropy", "loss: { cross_entropy: {}, mean_squared_error: {} }", "loss", "exactly one is allowed")]
    [InlineData("loss: cross_entropy", "loss: mse", "loss", "did you mean \"mean_squared_error\"?")]
    [InlineData("loss: cross_entropy", "loss: BCELoss", "loss", "did you mean \"binary_cross_entropy\"?")]
    [InlineData("loss: cross_entropy", "loss: bce_with_logits", "loss", "did you mean \"binary_cross_entropy_with_logits\"?")]
    [InlineData("loss: cross_entropy", "loss: l1", "loss", "did you mean \"mean_absolute_error\"?")]
    [InlineData("loss: cross_entropy", "loss: NLLLoss", "loss", "did you mean \"nll\"?")]
    [InlineData("loss: cross_entropy", "loss: KLDivLoss", "loss", "did you mean \"kl_div\"?")]
    [InlineData("loss: cross_entropy", "loss: nll", "model.layers.4", "end the model with log_softmax")]
    [InlineData("loss: cross_entropy", "loss: { cross_entropy: { class_weights: [1, 2] } }", "loss.cross_entropy.class_weights", "2 weights for 10 classes")]
    [InlineData("loss: cross_entropy", "loss: { cross_entropy: { class_weights: [1, 0] } }", "loss.cross_entropy.class_weights.1", "above 0")]
    [InlineData("loss: cross_entropy", "loss: { multi_margin: { power: 3 } }", "loss.multi_margin.power", "allowed: 1 to 2")]
    [InlineData("loss: cross_entropy", "loss: { assembly: My.dll, type: My.Loss }", "loss", "not available in this version")]
    [InlineData("loss: cross_entropy", "loss: mean_squared_error", "metrics.0",
        "accuracy cannot judge the predictions of mean_squared_error, which are numbers; allowed with it: mean_squared_error, root_mean_squared_error")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ r_squared ]", "metrics.0",
        "r_squared cannot judge the predictions of cross_entropy, which are classes; allowed with it: accuracy, top_k_accuracy, precision, recall, f1")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ accuracy, accuracy ]", "metrics.1", "stands twice")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ acuracy ]", "metrics.0", "did you mean \"accuracy\"?")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ rmse ]", "metrics.0", "did you mean \"root_mean_squared_error\"?")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ mse ]", "metrics.0", "did you mean \"mean_squared_error\"?")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ f1_score ]", "metrics.0", "did you mean \"f1\"?")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ { top_k_accuracy: 1 } ]", "metrics.0.top_k_accuracy.k", "2 to 1048576")]
    [InlineData("metrics: [ accuracy ]", "metrics: [ { f1: median } ]", "metrics.0.f1.average", "Allowed here: macro, weighted, binary")]
    [InlineData("metrics: [ accuracy ]", "metrics: accuracy", "metrics", "\"accuracy\" is not a list")]
    [InlineData(Sgd, "{ sgd: { learning_rate: 0 } }", "optimizer.sgd.learning_rate", "0 is out of range; allowed: above 0")]
    [InlineData(Sgd, "{ sgd: { learning_rate: .inf } }", "optimizer.sgd.learning_rate", "not a finite number")]
    [InlineData(Sgd, "{ sgd: { learning_rate: 1e999 } }", "optimizer.sgd.learning_rate", "not a finite number")]
    [InlineData(Sgd, "{ sgd: { lr: 0.1 } }", "optimizer.sgd.lr", "did you mean \"learning_rate\"?")]
    [InlineData(Sgd, "sgd", "optimizer.sgd", "\"learning_rate\" is missing")]
    [InlineData(Sgd, "{ sgd: { learning_rate: 0.1, momentum: 1 } }", "optimizer.sgd.momentum", "allowed: 0 to below 1")]
    [InlineData(Sgd, "{ sgd: { learning_rate: 0.1, nesterov: true } }", "optimizer.sgd.nesterov", "momentum, which is 0")]
    [InlineData(Sgd, "{ sgd: { learning_rate: 0.1, nesterov: yes, momentum: 0.9 } }", "optimizer.sgd.nesterov", "neither true nor false")]
    [InlineData(Sgd, "{ adam: { beta1: 1 } }", "optimizer.adam.beta1", "allowed: 0 to below 1")]
    [InlineData(Sgd, "{ rprop: { min_step: 2, max_step: 1 } }", "optimizer.rprop.min_step", "swap them")]
    [InlineData(Sgd, "AdamW_optimizer", "optimizer", "did you mean \"adamw\"?")]
    [InlineData(Sgd, "RMSprop", "optimizer", "did you mean \"rmsprop\"?")]
    [InlineData(Sgd, "rprop\nschedule: cosine", "schedule", "has no say in it")]
    [InlineData(Sgd, "lion", "optimizer", "not available in this version")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: { step: { every: 2 } }", "schedule.step.every", "not an interval")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: { cosine: { warmup: 1 epoch } }", "schedule.cosine.warmup", "counted in steps")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: { step: { every: 2 epochs, gamma: 0 } }", "schedule.step.gamma", "above 0 to 1")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: CosineAnnealingLR", "schedule", "did you mean \"cosine\"?")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: OneCycleLR", "schedule", "did you mean \"one_cycle\"?")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: { multi_step: { at: [] } }", "schedule.multi_step.at", "the list is empty")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: { one_cycle: { rise: 1 } }", "schedule.one_cycle.rise", "above 0 to below 1")]
    [InlineData("epochs: 5", "epochs: 5\nevaluate_every: 0 epochs", "evaluate_every", "N at least 1")]
    [InlineData("epochs: 5", "epochs: 5\nclip_norm: 0", "clip_norm", "above 0")]
    [InlineData("epochs: 5", "epochs: 5\nclip_value: 0", "clip_value", "above 0")]
    [InlineData("epochs: 5", "epochs: 5\nnon_finite: ignore", "non_finite", "Allowed here: fail, skip")]
    [InlineData("epochs: 5", "epochs: 5\nearly_stopping: { patience: 0 }", "early_stopping.patience", "0 is out of range; allowed: 1 to")]
    [InlineData("epochs: 5", "epochs: 5\nearly_stopping: { min_delta: -1 }", "early_stopping.min_delta", "-1 is out of range; allowed: 0 or more")]
    [InlineData("epochs: 5", "epochs: 5\nearly_stopping: { by: validation_r_squared }", "early_stopping.by",
        "Allowed here: validation_loss, validation_accuracy")]
    [InlineData("epochs: 5", "epochs: 5\nearly_stopping: { mode: min }", "early_stopping.mode", "not available in this version")]
    [InlineData("epochs: 5", "epochs: 5\nearly_stopping: 10", "early_stopping", "is not a mapping; write by, patience, min_delta")]
    [InlineData("epochs: 5", "epochs: 5\nweights: [w.pt]", "weights", "is not a path; allowed: absolute, or relative")]
    [InlineData("epochs: 5", "epochs: 5\nweights: { file: w.pt, strict: true }", "weights.strict", "unknown key")]
    [InlineData("epochs: 5", "epochs: 5\nweights: { file: w.pt, except: [ [a] ] }", "weights.except.0", "is not a text")]
    [InlineData("epochs: 5", "epochs: 5\nfreeze: [ a, a ]", "freeze.1", "stands twice")]
    [InlineData("epochs: 5", "epochs: 5\ninitialisation: he", "initialisation", "did you mean \"kaiming\"?")]
    [InlineData("epochs: 5", "epochs: 5\ninitialisation: { normal: 0 }", "initialisation.normal.std", "above 0")]
    [InlineData("model:\n", "model:\n  freeze: [ a ]\n", "model.freeze", "freeze")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: ReduceLROnPlateau", "schedule", "did you mean \"plateau\"?")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: { plateau: { factor: 1 } }", "schedule.plateau.factor", "above 0 to below 1")]
    [InlineData("epochs: 5", "epochs: 5\nschedule: { plateau: { by: val_loss } }", "schedule.plateau.by",
        "Allowed here: validation_loss, validation_accuracy")]
    [InlineData("epochs: 5", "Epochs: 5", "Epochs", "did you mean \"epochs\"?")]
    [InlineData("epochs: 5", "epochs: 5\nlearning_rate: 0.1", "learning_rate", "it belongs at optimizer.sgd.learning_rate or optimizer.adam.learning_rate.")]
    [InlineData(Sgd, "{ momentum: 0.9 }", "optimizer", "unknown optimizer \"momentum\"; it belongs at")]
    [InlineData("epochs: 5", "epochs: 5\nbatchSize: 5", "batchSize", "unknown key")]
    [InlineData(Keep, "keep: { best: 1 }", "checkpoints.keep.best", "needs \"by\"")]
    [InlineData(Keep, "keep: { best: 0, by: validation_loss }", "checkpoints.keep.best", "keeps none")]
    [InlineData(Keep, "keep: { by: validation_r_squared }", "checkpoints.keep.by", "Allowed here: validation_loss, validation_accuracy")]
    [InlineData(Keep, "keep: { by: validation_acc }", "checkpoints.keep.by", "did you mean \"validation_accuracy\"?")]
    [InlineData(Keep, "keep: { latest: 0 }", "checkpoints.keep.latest", "allowed: 1 to")]
    [InlineData("  validation: { fraction: 0.1 }\n", "", "checkpoints.keep.by", "data.validation is missing")]
    [InlineData("{ fraction: 0.1 }", "{ fraction: 1 }", "data.validation.fraction", "above 0 to below 1")]
    [InlineData("{ fraction: 0.1 }", "{ fraction: 0.1, format: idx }", "data.validation.fraction", "exclude each other")]
    [InlineData("{ fraction: 0.1 }", "{ format: csv, path: v.csv, features: [x], target: y }", "data.validation.format", "use the format of data.train")]
    [InlineData("format: idx", "format: idxx", "data.train.format", "did you mean \"idx\"?")]
    [InlineData("format: idx", "format: safetensors", "data.train.format", "not available in this version")]
    [InlineData("format: idx, ", "", "data.train", "the key \"format\" is missing; allowed: format: idx, csv")]
    [InlineData("labels: train-labels.gz", "labels: train-images.gz", "data.train.labels", "the same file")]
    [InlineData("labels: train-labels.gz", "labels: ~/labels.gz", "data.train.labels", "not expanded")]
    [InlineData("scale: 0.5", "scale: 0", "data.transforms.0.scale.factor", "erases every feature")]
    [InlineData("std: [0.353]", "std: [0]", "data.transforms.1.normalize.std.0", "0 is out of range; allowed: above 0")]
    [InlineData("std: [0.353]", "std: [0.3, 0.3]", "data.transforms.1.normalize.std", "as many")]
    [InlineData("{ scale: 0.5 }", "resize", "data.transforms.0", "not available in this version")]
    [InlineData("{ scale: 0.5 }", "{ random_crop: 2 }", "data.transforms.0", "it belongs at data.augmentation")]
    [InlineData("epochs: 5", "epochs: 5\naugmentation: [ flip ]", "augmentation", "data.augmentation")]
    [InlineData("  transforms:", "  augmentation: [ RandomHorizontalFlip ]\n  transforms:", "data.augmentation.0", "did you mean \"horizontal_flip\"?")]
    [InlineData("  transforms:", "  augmentation: [ { random_crop: 0 } ]\n  transforms:", "data.augmentation.0.random_crop.padding", "allowed: 1 to 1024")]
    [InlineData("  transforms:", "  augmentation: [ { horizontal_flip: 1.5 } ]\n  transforms:", "data.augmentation.0.horizontal_flip.probability",
        "above 0 to 1")]
    [InlineData("  transforms:", "  augmentation: [ cutmix ]\n  transforms:", "data.augmentation.0", "not available in this version")]
    [InlineData("    - relu", "    - relu: 5", "model.layers.1.relu", "relu has no settings")]
    [InlineData("    - relu", "    - relu: { slope: 5 }", "model.layers.1.relu.slope", "no settings are allowed here")]
    [InlineData("    - relu", "    - dropout: 1", "model.layers.1.dropout.probability", "allowed: 0 to below 1")]
    [InlineData("    - relu", "    - { assembly: My.dll, type: My.Layer }", "model.layers.1", "not available in this version")]
    [InlineData("    - relu", "    - LeakyReLU2", "model.layers.1", "did you mean \"leaky_relu\"?")]
    [InlineData("    - relu", "    - swish", "model.layers.1", "did you mean \"silu\"?")]
    [InlineData("    - relu", "    - BatchNorm2d", "model.layers.1", "did you mean \"batch_norm\"?")]
    [InlineData("    - relu", "    - softmax", "model.layers.1", "softmax needs a vector, and gets an image; put flatten before it")]
    [InlineData("    - relu", "    - conv1d: { out: 2, kernel: 3 }", "model.layers.1",
        "conv1d needs a sequence [channels, length], and gets an image; put a reshape before it")]
    [InlineData("    - relu", "    - multi_head_attention: 2", "model.layers.1",
        "multi_head_attention needs a sequence [length, width], and gets an image; put a reshape before it")]
    [InlineData("    - relu", "    - lstm: { hidden_size: 8 }", "model.layers.1.lstm.hidden_size", "did you mean \"hidden\"?")]
    [InlineData("    - relu", "    - attention: 2", "model.layers.1", "did you mean \"multi_head_attention\"?")]
    [InlineData("    - relu", "    - parallel: [ [ relu ] ]", "model.layers.1.parallel.branches", "the list has 1; at least 2 needed")]
    [InlineData("    - relu", "    - parallel: [ [ relu ], [ { linear: 2 } ] ]", "model.layers.1.parallel.branches.1.0",
        "linear needs a vector, and gets an image")]
    [InlineData("    - relu", "    - residual: [ { linear: 2 } ]", "model.layers.1.residual.layers.0", "linear needs a vector, and gets an image")]
    [InlineData("    - relu", "    - residual: { layers: [ { max_pool: { kernel: 2, padding: 2 } } ] }",
        "model.layers.1.residual.layers.0.max_pool.padding", "allowed: 0 to 1")]
    [InlineData("    - relu", "    - residual: { layers: [ rela ] }", "model.layers.1.residual.layers.0", "did you mean \"relu\"?")]
    [InlineData("    - relu", "    - residual: { layers: [] }", "model.layers.1.residual.layers", "the list is empty")]
    [InlineData("    - relu", "    - [relu]", "model.layers.1", "names no layer")]
    [InlineData("    - max_pool: 2", "    - max_pool: { kernel: 2, padding: 2 }", "model.layers.2.max_pool.padding", "allowed: 0 to 1")]
    [InlineData("    - conv2d: { out: 6, kernel: 5 }", "    - conv2d: 6", "model.layers.0.conv2d", "is not a mapping")]
    [InlineData("    - flatten\n", "", "model.layers.3", "put flatten before it")]
    [InlineData("    - linear: 10", "    - linear: 1", "model.layers.4", "an output for each class")]
    [InlineData("    - linear: 10", "    - conv2d: { out: 6, kernel: 5 }", "model.layers.4", "layer 3, flatten, makes a vector")]
    [InlineData("model:\n", "model:\n  type: resnet18\n", "model.layers", "a model is layers, or a class of your own")]
    [InlineData("model:\n", "model:\n  arguments: {hidden: 3}\n", "model.arguments", "belongs to a class of your own")]
    public void Break_IsReportedAlone(string old, string @new, string key, string message)
    {
        var violation = Assert.Single(SpecTexts.Break(old, @new));

        Assert.Equal(key, violation.Key);
        Assert.Contains(message, violation.Message, StringComparison.Ordinal);
        Assert.True(violation.Line > 0 && violation.Column > 0);
    }

    [Theory]
    [InlineData("early_stopping: {}", "early_stopping.by")]
    [InlineData("schedule: plateau", "schedule.plateau.by")]
    public void WhatEvaluationsDecide_NeedsValidationRows(string text, string key)
    {
        var spec = SpecTexts.Sound.Replace("  validation: { fraction: 0.1 }\n", "", StringComparison.Ordinal).Replace(Keep, text, StringComparison.Ordinal);
        spec = spec.Replace("checkpoints: { every: 1 epoch, " + text + " }", text, StringComparison.Ordinal);

        var violation = Assert.Single(SpecTexts.Parse(spec).Violations);
        Assert.Equal(key, violation.Key);
        Assert.Contains("data.validation is missing", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BatchNorm_NeedsTwoSamplesInEveryShard()
    {
        var spec = SpecTexts.Sound.Replace("    - relu", "    - batch_norm", StringComparison.Ordinal);

        Assert.Empty(SpecTexts.Parse(spec, "batch_size=8").Violations);
        Assert.Contains("batch_size of at least 8", Assert.Single(SpecTexts.Parse(spec, "batch_size=7").Violations).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Optimizers_EnsureThatWhatTorchSharpComputesHasNumbersThatFitSinglePrecision()
    {
        var numbers = Sheaf.Specs.SpecReference.ToMarkdown().Split('\n').Select(line => line.Split(" | "))
            .Where(cells => cells[0].StartsWith("| `optimizer.", StringComparison.Ordinal) && cells[1] == "number")
            .Select(cells => cells[0].Trim('|', ' ', '`').Split('.')).Where(key => key[1] is not ("sgd" or "adam" or "adamw")).ToList();
        Assert.True(numbers.Count > 20);
        Assert.All(numbers, key => Assert.Contains(
            SpecTexts.Parse(SpecTexts.Sound.Replace(Sgd, $"{{ {key[1]}: {{ {key[2]}: 1e21 }} }}", StringComparison.Ordinal)).Violations,
            violation => violation.Message.Contains("out of range", StringComparison.Ordinal)));
    }

    [Fact]
    public void EvaluateEvery_NeedsValidationRows()
    {
        const string Regression =
            """
            name: r
            data: { train: { format: csv, path: r.csv, features: [a, b], target: y } }
            model: { layers: [ { linear: 1 } ] }
            loss: mean_squared_error
            optimizer: adam
            batch_size: all
            """;

        Assert.Empty(SpecTexts.Parse(Regression).Violations);
        Assert.Equal("evaluate_every", Assert.Single(SpecTexts.Parse(Regression, "evaluate_every=1 epoch").Violations).Key);
        Assert.Equal("model.layers.0", Assert.Single(SpecTexts.Parse(Regression, "model.layers.0.linear=2").Violations).Key);
        Assert.Equal("model.layers.0", Assert.Single(SpecTexts.Parse(Regression, "model.layers=[{conv2d: {out: 1, kernel: 3}}]").Violations).Key);
        Assert.Equal("model.layers", Assert.Single(SpecTexts.Parse(Regression, "model.layers=[relu]").Violations).Key);
        Assert.Equal("data.train.features.1", Assert.Single(SpecTexts.Parse(Regression, "data.train.target=b").Violations).Key);
        Assert.Equal(
            "data.transforms.0.normalize.mean",
            Assert.Single(SpecTexts.Parse(Regression, "data.transforms=[{normalize: {mean: [1, 2, 3], std: [1, 2, 3]}}]").Violations).Key);
        Assert.Equal(
            "data.test.features", Assert.Single(SpecTexts.Parse(Regression, "data.test={format: csv, path: t.csv, features: a, target: y}").Violations).Key);
    }
}
