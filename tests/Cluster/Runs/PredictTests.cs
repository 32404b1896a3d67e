using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Serving;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class PredictTests : IDisposable
{
    private const string Colours = """
        name: colours
        seed: 3
        data:
          train: { format: csv, path: colours.csv, features: [size, colour], one_hot: [colour], unseen: zeros, target: price }
          validation: { fraction: 0.2 }
          transforms: [ normalize ]
        model: { layers: [ { linear: 1 } ] }
        loss: mean_squared_error
        optimizer: { sgd: { learning_rate: 0.1 } }
        batch_size: 8
        epochs: 30
        """;

    private const string Images = """
        name: images
        data: { train: { format: idx, images: images, labels: labels }, transforms: [ normalize ] }
        model: { layers: [ flatten, { linear: 2 } ] }
        loss: cross_entropy
        optimizer: { sgd: { learning_rate: 0.1 } }
        batch_size: 8
        """;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TestRows_AreThoseOfTheEvaluationOfTheBestWeights()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "best", TestFolder.Spec(epochs: 8, learningRate: "0.3", more: "early_stopping: { patience: 100 }"));
        var view = await silo.Completed("best");
        Assert.True(view.Run.Result!.Step < 80, "The test needs a best that is not the last.");

        var scores = new V1.PredictScores();
        var (header, rows) = await Predict(silo, view, new() { Rows = V1.Rows.Test }, withoutTargets: false, told => scores = told);

        Assert.Equal((view.Run.Result.Step, TestFolder.Rows), (header.Step, header.Rows));
        Assert.Equal(["0", "1"], header.ClassNames);
        Assert.Equal(Enumerable.Range(0, TestFolder.Rows).Select(row => (long)row), rows.Select(row => row.Id));
        Assert.All(rows, row => Assert.Equal(1, row.Probabilities.Sum(), 1e-12));
        Assert.All(rows, row => Assert.Equal(row.Probabilities[1] > row.Probabilities[0] ? 1 : 0, row.Predictions[0]));
        Assert.Equal(view.Run.Result.Metrics["test_accuracy"], rows.Average(row => row.Predictions[0] == row.Targets[0] ? 1.0 : 0), 1e-12);
        Assert.Equal(view.Run.Result.Metrics["test_loss"], rows.Average(row => -Math.Log(row.Probabilities[(int)row.Targets[0]])), 1e-5);
        Assert.Equal(view.Run.Result.Metrics["test_accuracy"], scores.Metrics["accuracy"], 1e-12);
        Assert.Equal((TestFolder.Rows, 100L), (scores.Rows, scores.Classes[1].Samples));
        Assert.Equal(rows.Count(row => row is { Targets: [1], Predictions: [0] }), scores.Classes[1].Predicted[0]);
        Assert.Equal(scores.Classes[1].RocAuc, scores.Metrics["roc_auc"]);
        Assert.Equal(40, (await Predict(silo, view, new() { Rows = V1.Rows.Validation })).Rows.Count);
        Assert.Equal(80, (await Predict(silo, view, new() { Rows = V1.Rows.Validation, Step = 80 })).Header.Step);
    }

    [Fact]
    public async Task CancelledExperiment_PredictsWithTheBestItHad()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "cut", TestFolder.Spec(epochs: 100_000, learningRate: "0.3", more: "early_stopping: { patience: 100000 }"));
        await silo.Until("cut", view => view.Run.Decisions is { Waited: > 2 });
        await silo.Coordinator("cut").Want(DesiredState.Cancel);
        var view = await silo.Ended("cut");

        var best = view.Run.Decisions!.Best!;
        Assert.Contains(view.Checkpoints, checkpoint => checkpoint.Step == best.Step);
        var (header, rows) = await Predict(silo, view, new() { Rows = V1.Rows.Validation });
        Assert.Equal(best.Step, header.Step);
        Assert.Equal(best.Metrics[0], rows.Average(row => row.Predictions[0] == row.Targets[0] ? 1.0 : 0), 1e-12);
    }

    [Fact]
    public async Task OtherTable_IsTurnedIntoNumbersByWhatTheTrainingRowsTaught()
    {
        var random = new Random(1);
        var lines = Enumerable.Range(0, 60).Select(row => (Size: random.Next(1, 10), Colour: new[] { "blue", "green", "red" }[row % 3], Plus: row % 3 * 5))
            .Select(row => $"{row.Size},{row.Colour},{(2 * row.Size) + row.Plus}");
        await File.WriteAllLinesAsync(Path.Combine(_folder.Root, "colours.csv"), ["size,colour,price", .. lines], TestSilo.Guard);
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "colours", Colours);
        var view = await silo.Completed("colours");

        var (header, all) = await Predict(silo, view, await Table("all.csv", "size,colour", "4,blue", "4,green", "4,red"));
        var (_, some) = await Predict(silo, view, await Table("some.csv", "size,colour", "4,amber", "4,green", "4,red"));
        var (with, known) = await Predict(silo, view, await Table("with.csv", "colour,price,size", "red,18,4"), withoutTargets: false);

        Assert.Equal(["price"], header.Predictions);
        Assert.Equal((0, 0), (header.Targets.Count, header.Probabilities.Count));
        Assert.Equal(18, all[2].Predictions[0], 0.5);
        Assert.Equal(all.Skip(1).Select(row => row.Predictions[0]), some.Skip(1).Select(row => row.Predictions[0]));
        Assert.NotEqual(all[0].Predictions[0], some[0].Predictions[0]);
        Assert.Equal(["price"], with.Targets);
        Assert.Equal((18.0, all[2].Predictions[0]), (known[0].Targets[0], known[0].Predictions[0]));
    }

    /// <summary>Of the columns of targets nothing is needed: neither numbers, nor names of classes, nor that a row has one.</summary>
    [Theory]
    [InlineData("features: [size], missing: {fill: mean}", "size,colour", new[] { "4,red", ",red", "6,red" }, null)]
    [InlineData("features: [size], missing: {fill: mean}", "size,price", new[] { "4,x", ",y", "6," }, null)]
    [InlineData("features: [size], missing: {fill: mean}", "size,colour", new[] { "4,red", ",red", "6,red" }, "[cheap, dear, dearest]")]
    [InlineData("features: [colour], one_hot: colour", "colour", new[] { "red", "blue", "green" }, "[cheap, dear, dearest]")]
    public async Task TableWithoutTargets_HasAPredictionForEveryRow(string keys, string header, string[] rows, string? classes)
    {
        var lines = Enumerable.Range(0, 60).Select(row => $"{row % 3},{new[] { "blue", "green", "red" }[row % 3]},{row % 3}");
        await File.WriteAllLinesAsync(Path.Combine(_folder.Root, "prices.csv"), ["size,colour,price", .. lines], TestSilo.Guard);
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "prices", $$"""
            name: prices
            data:
              train: { format: csv, path: prices.csv, {{keys}}, target: price{{(classes is null ? "" : $", class_names: {classes}")}} }
            model: { layers: [ { linear: {{(classes is null ? 1 : 3)}} } ] }
            loss: {{(classes is null ? "mean_squared_error" : "cross_entropy")}}
            optimizer: { adam: { learning_rate: 0.1 } }
            batch_size: 20
            epochs: 2
            """);
        var view = await silo.Completed("prices");

        var (told, predicted) = await Predict(silo, view, await Table("new.csv", [header, .. rows]));

        Assert.Equal([0L, 1, 2], predicted.Select(row => row.Id));
        Assert.Equal(classes is null ? [] : ["cheap", "dear", "dearest"], told.ClassNames);
    }

    [Fact]
    public async Task RowsThatAreImages_ComeWithTheirPictures()
    {
        byte[] Idx(int count, params byte[] content) => [0, 0, 8, 1, 0, 0, 0, (byte)count, .. content];
        byte[] images = [0, 0, 8, 3, 0, 0, 0, 8, 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Range(0, 32).Select(place => (byte)(8 * place))];
        await File.WriteAllBytesAsync(Path.Combine(_folder.Root, "images"), images, TestSilo.Guard);
        await File.WriteAllBytesAsync(Path.Combine(_folder.Root, "labels"), Idx(8, 0, 1, 0, 1, 0, 1, 0, 1), TestSilo.Guard);
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "images", Images);
        var view = await silo.Completed("images");

        var request = new V1.PredictRequest { Rows = V1.Rows.Train, Pictures = 3, ScoresOnly = true };
        var told = new List<V1.PredictedRow>();
        await silo.Services.GetRequiredService<RowPredictions>().Run(
            view, request, message => Task.Run(() => told.AddRange(message.Rows?.Rows ?? Enumerable.Empty<V1.PredictedRow>())), TestSilo.Guard);

        Assert.Equal([0L, 1, 2], told.Select(row => row.Id));
        Assert.All(told, row => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], row.Picture.Span[..4].ToArray()));
        Assert.Equal(8, (await Predict(silo, view, new() { Rows = V1.Rows.Train, Pictures = 1000 })).Rows.Count(row => row.Picture.Length > 0));
        Assert.Contains("1001 pictures", await Refusal(silo, view, new() { Rows = V1.Rows.Train, Pictures = 1001 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBePredicted_IsSaid()
    {
        ExperimentView view;
        await using (var silo = await TestSilo.Start(_folder))
        {
            await silo.Submit(_folder, "small", TestFolder.Spec(epochs: 1));
            view = await silo.Completed("small");

            Assert.Contains("Column", await Refusal(silo, view, await Table("other.csv", "a,c", "1,2")), StringComparison.OrdinalIgnoreCase);
            Assert.Contains("does not exist", await Refusal(silo, view, new() { File = Path.Combine(_folder.Root, "missing.csv") }), StringComparison.Ordinal);
            Assert.Contains("is not an absolute path", await Refusal(silo, view, new() { File = "rows.csv" }), StringComparison.Ordinal);
            Assert.Contains("no checkpoint of step 3", await Refusal(silo, view, new() { Rows = V1.Rows.Test, Step = 3 }), StringComparison.Ordinal);
        }

        // Another silo has the rows in no memory.
        await File.AppendAllTextAsync(Path.Combine(_folder.Root, "rows.csv"), "1,2,0\n", TestSilo.Guard);
        await using var again = await TestSilo.Start(_folder);
        Assert.Contains("cannot read the data of 'small' now: data.train", await Refusal(again, view, new() { Rows = V1.Rows.Test }), StringComparison.Ordinal);
    }

    private static async Task<(V1.PredictHeader Header, List<V1.PredictedRow> Rows)> Predict(
        TestSilo silo, ExperimentView view, V1.PredictRequest request, bool withoutTargets = true, Action<V1.PredictScores>? scores = null)
    {
        request.WithoutTargets = withoutTargets;
        var (header, rows) = (default(V1.PredictHeader), new List<V1.PredictedRow>());
        await silo.Services.GetRequiredService<RowPredictions>().Run(
            view,
            request,
            message =>
            {
                header = message.Header ?? header;
                rows.AddRange(message.Rows?.Rows ?? Enumerable.Empty<V1.PredictedRow>());
                if (message.Scores is { } told)
                {
                    scores?.Invoke(told);
                }

                return Task.CompletedTask;
            },
            TestSilo.Guard);
        Assert.Equal(header!.Rows, rows.Count);
        return (header, rows);
    }

    private static async Task<string> Refusal(TestSilo silo, ExperimentView view, V1.PredictRequest request) =>
        (await Assert.ThrowsAsync<RpcException>(() => Predict(silo, view, request))).Status.Detail;

    private async Task<V1.PredictRequest> Table(string name, params string[] lines)
    {
        var path = Path.Combine(_folder.Root, name);
        await File.WriteAllLinesAsync(path, lines, TestSilo.Guard);
        return new() { File = path };
    }
}
