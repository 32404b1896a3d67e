using Google.Protobuf;
using Grpc.Core;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Audits;
using Sheaf.Silo.Datasets;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Metrics;
using Sheaf.Training.Replicas;

namespace Sheaf.Silo.Serving;

/// <summary>
/// What the model of a checkpoint says of rows, for clients: of the experiment's own, or of a table whose cells are turned into numbers by what the training
/// rows taught. On the thread pool of the silo that is asked; one at a time. Thread-safe.
/// </summary>
internal sealed class RowPredictions(IGrainFactory grains, DatasetCache datasets, CheckpointFiles checkpoints, ILocalSiloDetails silo) : IDisposable
{
    private const int RowsInMessage = 250;
    private const int MaxPictures = 1000;

    /// <summary>Pixels of a side: what a page shows; larger pictures would not fit in messages.</summary>
    private const int LargestPicture = 256;

    /// <summary>With the largest pictures a message stays far below the 4 MiB that clients take.</summary>
    private const int PicturesInMessage = 10;

    /// <summary>Of each class's ROC curve: what a page shows.</summary>
    private const int RocPoints = 100;

    /// <summary>Classes with ROC curves: of more, a message would grow too large for clients.</summary>
    private const int MaxRocClasses = 100;

    private readonly SemaphoreSlim _one = new(1);

    public async Task Run(ExperimentView view, V1.PredictRequest request, Func<V1.PredictMessage, Task> tell, CancellationToken cancellationToken)
    {
        if (request.Pictures is < 0 or > MaxPictures)
        {
            throw new RpcException(new(StatusCode.InvalidArgument, $"{request.Pictures} pictures were asked for; 0 to {MaxPictures} are allowed."));
        }

        var checkpoint = await checkpoints.Wanted(view, request.HasStep ? request.Step : null);
        if (!await _one.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            throw new RpcException(new(StatusCode.ResourceExhausted, $"Silo '{silo.Name}' is at other predictions. Ask again later, or ask another silo."));
        }

        try
        {
            var material = await RunMaterial.Load(view, grains, datasets, cancellationToken);
            var (rows, withTargets) = request.OfCase == V1.PredictRequest.OfOneofCase.File
                ? (await Task.Run(() => FromFile(material, request, cancellationToken), cancellationToken), !request.WithoutTargets)
                : (Own(material, request.Rows), true);
            var snapshot = await checkpoints.Read(checkpoint, cancellationToken);
            using var predictor = await Task.Run(() => new Predictor(material.Spec, material.Data.Facts, snapshot, datasets.Packages), cancellationToken);
            var header = HeaderOf(material, predictor, checkpoint, rows.Count, withTargets);
            await tell(new() { Header = header });

            // Where only the user's own loss knows what the outputs are, nothing of Sheaf's judges them.
            var judged = withTargets && material.Spec.Loss.Predicts != PredictionKind.Other;
            var scores = new PredictionScores(material.Spec.Loss.Predicts, predictor.Outputs);
            var pictures = new RowPictures(rows, material.Spec.Data.Transforms, material.Data.Facts);
            var shown = pictures.AreImages ? Math.Min(request.Pictures, rows.Count) : 0;
            foreach (var batch in predictor.Predict(rows, withTargets, cancellationToken).Index().Chunk(shown > 0 ? PicturesInMessage : RowsInMessage))
            {
                Array.ForEach(judged ? batch : [], each => scores.Add(each.Item));
                var told = batch.Where(each => !request.ScoresOnly || each.Index < shown)
                    .Select(each => WireOf(each.Item, each.Index < shown ? pictures.Png(each.Index, LargestPicture) : []));
                var message = new V1.PredictedRows();
                message.Rows.AddRange(told);
                if (message.Rows.Count > 0)
                {
                    await tell(new() { Rows = message });
                }
            }

            if (judged)
            {
                await tell(new() { Scores = WireOf(scores, header.ClassNames) });
            }
        }
        catch (InvalidOperationException e)
        {
            throw new RpcException(new(StatusCode.FailedPrecondition, e.Message));
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static RowSet Own(RunMaterial material, V1.Rows rows) => rows switch
    {
        V1.Rows.Train => material.Data.Train,
        V1.Rows.Validation => material.Data.Validation,
        V1.Rows.Test => material.Data.Test,
        _ => throw new RpcException(new(StatusCode.InvalidArgument, "Say which rows: train, validation, test, or a file.")),
    } ?? throw new RpcException(new(
        StatusCode.InvalidArgument, $"The spec of '{material.View.Run.Id}' has no {rows.ToString().ToLowerInvariant()} rows; name others, or a file."));

    /// <summary>The rows of another table, filled, split into categories and scaled by what the training rows taught.</summary>
    private RowSet FromFile(RunMaterial material, V1.PredictRequest request, CancellationToken cancellationToken)
    {
        if (material.Spec.Data.Train is not SourceSpec.Csv table)
        {
            throw new RpcException(new(
                StatusCode.InvalidArgument,
                $"The rows of '{material.View.Run.Id}' are no table; a file to predict is a table, so name train, validation or test."));
        }

        if (!Path.IsPathFullyQualified(request.File))
        {
            throw new RpcException(new(StatusCode.InvalidArgument, $"'{request.File}' is not an absolute path."));
        }

        // The columns that patterns stood for are those of the training rows, whatever else another file has.
        table = material.Data.Facts.FeatureColumns is { Count: > 0 } columns ? table with { Features = columns, Except = [] } : table;

        var rows = table with
        {
            Path = request.File,
            IsParquet = request.File.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase),
            Where = new Dictionary<string, string>(),
            Rows = null,
            Share = null,
            IsUnlabelled = request.WithoutTargets,
        };
        try
        {
            var bundle = DataLoader.Load(material.Spec.Data with { Test = rows }, material.Spec.Seed, null, cancellationToken, cache: datasets.Decoded);
            var recorded = material.Data.Facts.Files.ToDictionary(file => file.Path, file => file.Sha256);
            return bundle.Facts.Files.FirstOrDefault(file => recorded.TryGetValue(file.Path, out var known) && known != file.Sha256) is { } other
                ? throw new RpcException(new(StatusCode.FailedPrecondition, $"'{other.Path}' is not the file of the submit any more."))
                : bundle.Test!;
        }
        catch (DataException e)
        {
            var problems = e.Problems.Select(problem => problem.Replace("data.test: ", "", StringComparison.Ordinal));
            var targets = request.WithoutTargets ? "" : " Where the file has no columns of targets, say so: --without-targets.";
            throw new RpcException(new(StatusCode.InvalidArgument, string.Join(" ", problems) + targets));
        }
    }

    private static string[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(place => $"{place}")];

    private static V1.PredictHeader HeaderOf(RunMaterial material, Predictor predictor, CheckpointRecord checkpoint, int rows, bool withTargets)
    {
        var loss = material.Spec.Loss;
        var facts = material.Data.Facts;
        var targets = facts.TargetNames.Count > 0 ? facts.TargetNames : loss.WantsClasses && facts.TargetWidth == 1 ? ["class"] : Numbered(facts.TargetWidth);
        var header = new V1.PredictHeader { Step = checkpoint.Step, CheckpointPath = checkpoint.Path, Rows = rows };
        header.Targets.AddRange(withTargets ? targets : []);
        header.Predictions.AddRange(loss.Predicts == PredictionKind.Other ? Numbered(predictor.Outputs) : targets);
        if (loss.WantsClasses)
        {
            header.ClassNames.AddRange(facts.ClassNames.Take(predictor.Outputs));
            header.ClassNames.AddRange(Enumerable.Range(0, predictor.Outputs).Skip(facts.ClassNames.Count).Select(place => $"{place}"));
        }

        header.Probabilities.AddRange(!predictor.HasProbabilities ? [] : loss.WantsClasses ? header.ClassNames : targets);
        return header;
    }

    /// <param name="names">Of classes; empty: no and yes.</param>
    private static V1.PredictScores WireOf(PredictionScores scores, IReadOnlyList<string> names)
    {
        var wire = new V1.PredictScores { Rows = scores.Rows };
        wire.Metrics.Add(scores.Metrics().ToDictionary());
        for (var place = 0; place < scores.Samples.Count; place++)
        {
            var (precision, recall, f1) = scores.Of(place);
            var one = new V1.ClassScores
            {
                Name = place < names.Count ? names[place] : place == 0 ? "no" : "yes",
                Samples = scores.Samples[place],
                Precision = precision,
                Recall = recall,
                F1 = f1,
            };
            one.Predicted.AddRange(scores.Confusion[place]);
            if (scores.Auc(place) is { } area)
            {
                one.RocAuc = area;
                one.Roc.AddRange((scores.Samples.Count > MaxRocClasses ? [] : scores.Roc(place, RocPoints))
                    .Select(point => new V1.RocPoint { FalsePositives = point.FalsePositives, TruePositives = point.TruePositives }));
            }

            wire.Classes.Add(one);
        }

        return wire;
    }

    private static V1.PredictedRow WireOf(Prediction prediction, byte[] picture)
    {
        var wire = new V1.PredictedRow { Id = prediction.Id, Picture = ByteString.CopyFrom(picture) };
        wire.Targets.AddRange(prediction.Targets);
        wire.Predictions.AddRange(prediction.Predicted);
        wire.Probabilities.AddRange(prediction.Probabilities);
        return wire;
    }
}
