using System.Runtime.CompilerServices;
using Google.Protobuf.WellKnownTypes;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>What a server says about a run of 10 steps.</summary>
internal static class Answers
{
    public const string Spec = """
        name: tiny
        data:
          train: { format: csv, path: rows.csv, features: [x], target: y }
        model: { layers: [ { linear: 1 } ] }
        loss: mean_squared_error
        optimizer: { sgd: { learning_rate: 0.1 } }
        batch_size: 8
        shards: 4
        workers: 2

        """;

    public static Experiment Experiment(string id, State state, long step = 0, string reason = "")
    {
        var experiment = new Experiment
        {
            Id = id, Name = "tiny", State = state, Step = step, Reason = reason, TotalSteps = 10, StepsPerEpoch = 5, Epochs = 2, Shards = 4,
            Submitted = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
        };
        if (step > 0)
        {
            experiment.Checkpoints.Add(new Checkpoint { Step = step, Generation = 1, Path = $"/data/{id}/step-{step}", WeightsSha256 = "abc" });
        }

        if (state == State.Completed)
        {
            experiment.Result = new Result
            {
                WeightsSha256 = "abc", SamplesPerSecond = 100, CheckpointPath = $"/data/{id}/step-{step}",
                Metrics = { ["test_accuracy"] = 0.9 }
            };
        }

        return experiment;
    }

    public static Update Update(long sequence, Experiment experiment) => new() { Sequence = sequence, Experiment = experiment };

    public static Update Progress(long sequence, long step) =>
        new() { Sequence = sequence, Progress = new Progress { Step = step, TotalSteps = 10, Loss = 0.5, StepsPerSecond = 2, SamplesPerSecond = 16 } };

    public static async IAsyncEnumerable<Update> Stream(params Update[] updates)
    {
        foreach (var update in updates)
        {
            await Task.Yield();
            yield return update;
        }
    }

    /// <summary>The updates, and then silence until the client leaves.</summary>
    public static async IAsyncEnumerable<Update> StreamThenSilence(Update[] updates, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var update in updates)
        {
            yield return update;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
    }

    /// <summary>The updates, and then the error of a server that went away.</summary>
    public static async IAsyncEnumerable<Update> StreamThenLost(params Update[] updates)
    {
        foreach (var update in updates)
        {
            await Task.Yield();
            yield return update;
        }

        throw FakeServer.Error(Grpc.Core.StatusCode.Unavailable, "going away");
    }
}
