using Microsoft.Extensions.Logging;

namespace Orleans;

/// <summary>
/// Starts its observers stage by stage, those of one stage together, and stops them in the reverse order. A start that fails ends there, and the stages
/// that were begun are stopped by <see cref="OnStop"/>; a stop that fails is logged and the next stage is stopped. Subscribing is thread-safe.
/// </summary>
public abstract class LifecycleSubject(ILogger logger) : ILifecycleSubject
{
    protected readonly ILogger Logger = logger;

    private readonly List<Subscription> _subscriptions = [];
    private int? _highestBegun;

    public virtual IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        ArgumentNullException.ThrowIfNull(observerName);
        ArgumentNullException.ThrowIfNull(observer);
        lock (_subscriptions)
        {
            if (_highestBegun >= stage)
            {
                throw new InvalidOperationException($"'{observerName}' cannot join stage {GetStageName(stage)}: it has already begun.");
            }

            var subscription = new Subscription(this, observerName, stage, observer);
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    public virtual async Task OnStart(CancellationToken cancellationToken = default)
    {
        while (NextStage() is { } next)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _highestBegun = next[0].Stage;
            try
            {
                await Task.WhenAll(next.Select(s => Run(() => s.Observer.OnStart(cancellationToken))));
            }
            catch (Exception exception)
            {
                Logger.LogError(exception, "Stage {Stage} could not start.", GetStageName(next[0].Stage));
                throw;
            }

            OnStartStageCompleted(next[0].Stage);
        }
    }

    public virtual async Task OnStop(CancellationToken cancellationToken = default)
    {
        if (_highestBegun is not { } highest)
        {
            return;
        }

        List<IGrouping<int, Subscription>> stages;
        lock (_subscriptions)
        {
            stages = [.. _subscriptions.Where(s => s.Stage <= highest).GroupBy(s => s.Stage).OrderByDescending(g => g.Key)];
        }

        foreach (var stage in stages)
        {
            await Task.WhenAll(stage.Select(s => StopOne(s, cancellationToken)));
            OnStopStageCompleted(stage.Key);
        }

        _highestBegun = null;
    }

    protected virtual string GetStageName(int stage) => stage.ToString();

    protected virtual void OnStartStageCompleted(int stage)
    {
    }

    protected virtual void OnStopStageCompleted(int stage)
    {
    }

    // An observer that throws before it returns a task must not keep the others of its stage from being called.
    private static async Task Run(Func<Task> action) => await action();

    private async Task StopOne(Subscription subscription, CancellationToken cancellationToken)
    {
        try
        {
            await subscription.Observer.OnStop(cancellationToken);
        }
        catch (Exception exception)
        {
            Logger.LogError(exception, "{Observer} failed to stop at stage {Stage}.", subscription.Name, GetStageName(subscription.Stage));
        }
    }

    private List<Subscription>? NextStage()
    {
        lock (_subscriptions)
        {
            return _subscriptions.Where(s => _highestBegun is null || s.Stage > _highestBegun).GroupBy(s => s.Stage).MinBy(g => g.Key)?.ToList();
        }
    }

    private sealed class Subscription(LifecycleSubject owner, string name, int stage, ILifecycleObserver observer) : IDisposable
    {
        public string Name { get; } = name;

        public int Stage { get; } = stage;

        public ILifecycleObserver Observer { get; } = observer;

        public void Dispose()
        {
            lock (owner._subscriptions)
            {
                owner._subscriptions.Remove(this);
            }
        }
    }
}
