using Grpc.Core;
using Sheaf.V1;

namespace Sheaf.Testbed;

/// <summary>
/// Follows one run through whichever silo answers, from the start on, and keeps what it saw and when. A silo that says nothing for
/// <see cref="Silence"/> is left for the next one: it may be cut off. Thread-safe.
/// </summary>
internal sealed class RunFollower : IAsyncDisposable
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(3);

    private readonly TestCluster _cluster;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<(long Timestamp, Update Update)> _seen = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Seen)> _waiting = [];
    private readonly Task _loop;

    public RunFollower(TestCluster cluster, Experiment submitted)
    {
        (_cluster, Id, Experiment, Step) = (cluster, submitted.Id, submitted, submitted.Step);
        _loop = Task.Run(LoopAsync);
    }

    public string Id { get; }

    /// <summary>The newest whole view; its step is older than <see cref="Step"/>.</summary>
    public Experiment Experiment { get; private set; }

    public State State => Experiment.State;

    /// <summary>Committed steps, as far as it was told.</summary>
    public long Step { get; private set; }

    public bool Ended => State is State.Completed or State.Failed or State.Cancelled;

    /// <summary>All updates, with the timestamp (of the system's TimeProvider) at which each arrived.</summary>
    public IReadOnlyList<(long Timestamp, Update Update)> Seen
    {
        get
        {
            lock (_lock)
            {
                return [.. _seen];
            }
        }
    }

    /// <exception cref="TimeoutException">It did not happen for <see cref="Until.Patience"/> without any news of the run.</exception>
    public async Task WaitAsync(Func<RunFollower, bool> condition, string what)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((() => condition(this), seen));
        }

        Look();
        for (var known = -1; !seen.Task.IsCompleted;)
        {
            try
            {
                await seen.Task.WaitAsync(Until.Patience, TimeProvider.System);
            }
            catch (TimeoutException) when (known != Seen.Count)
            {
                // Slow, but it moves.
                known = Seen.Count;
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{Id}: it did not happen: {what}. It is {State} ({Experiment.Reason}) at step {Step}.", e);
            }
        }

        await seen.Task;
    }

    public Task StepAsync(long step) => WaitAsync(run => run.Step >= step || run.Ended, $"step {step} is committed");

    public Task StateAsync(State state) => WaitAsync(run => run.State == state || run.Ended, $"it is {state}");

    /// <summary>Waits until it has ended, however that was.</summary>
    public async Task<Experiment> EndAsync()
    {
        await WaitAsync(run => run.Ended, "it ends");
        return Experiment;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task LoopAsync()
    {
        long next = 0;
        SiloProcess? before = null;
        while (!Ended && !_stopping.IsCancellationRequested)
        {
            try
            {
                var silo = before = await _cluster.AnsweringAsync(_stopping.Token, notFirst: before);
                using var silent = CancellationTokenSource.CreateLinkedTokenSource(silo.Away, _stopping.Token);
                using var timer = TimeProvider.System.CreateTimer(_ => silent.Cancel(), null, Silence, Timeout.InfiniteTimeSpan);
                using var call = silo.Experiments.Watch(new() { ExperimentId = Id, FromSequence = next }, cancellationToken: silent.Token);
                while (await call.ResponseStream.MoveNext(silent.Token))
                {
                    timer.Change(Silence, Timeout.InfiniteTimeSpan);
                    var update = call.ResponseStream.Current;
                    next = update.Sequence + 1;
                    Take(update);
                }
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or ObjectDisposedException)
            {
                // The next silo is asked; in between the others get a turn.
                await Task.Yield();
            }
        }
    }

    private void Take(Update update)
    {
        lock (_lock)
        {
            _seen.Add((TimeProvider.System.GetTimestamp(), update));
            if (update.Experiment is { } experiment)
            {
                (Experiment, Step) = (experiment, experiment.Step);
            }
            else if (update.Progress is { } progress)
            {
                Step = progress.Step;
            }
        }

        Look();
    }

    private void Look()
    {
        lock (_lock)
        {
            foreach (var waiting in _waiting.Where(waiting => waiting.Condition()).ToArray())
            {
                _waiting.Remove(waiting);
                waiting.Seen.TrySetResult();
            }
        }
    }
}
