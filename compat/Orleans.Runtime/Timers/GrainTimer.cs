using Microsoft.Extensions.Logging;
using Orleans.Runtime.Activations;

namespace Orleans.Runtime.Timers;

/// <summary>
/// A timer whose callbacks are turns of its activation. The period counts from a callback's end, so callbacks of one timer never overlap; unless it
/// interleaves, a callback waits for its turn like a request. A callback's exception is logged and the timer goes on.
/// </summary>
internal abstract class GrainTimer : WorkItem, IGrainTimer
{
    private static readonly TimeSpan s_max = TimeSpan.FromMilliseconds(0xfffffffe);

    private readonly Lock _lock = new();
    private readonly Activation _activation;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly bool _interleave;
    private readonly bool _keepAlive;
    private readonly ITimer _timer;
    private TimeSpan _period;
    private bool _firing;
    private bool _changed;
    private bool _disposed;

    protected GrainTimer(Activation activation, TimeProvider time, ILogger logger, GrainTimerCreationOptions options)
    {
        Validate(options.DueTime, nameof(options.DueTime));
        Validate(options.Period, nameof(options.Period));
        _activation = activation;
        _logger = logger;
        _interleave = options.Interleave;
        _keepAlive = options.KeepAlive;
        _period = options.Period;
        _timer = CreateTimer(time, this);
        activation.AddTimer(this);
        _timer.Change(options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public override bool IsAlwaysInterleave => _interleave;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _period = period;
            _changed = _firing;
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _timer.Dispose();
        _activation.RemoveTimer(this);
        _cancellation.Cancel();
    }

    public override async Task Run(Activation activation)
    {
        if (!_disposed)
        {
            RequestContext.Clear();
            try
            {
                await Call(_cancellation.Token);
            }
            catch (Exception exception)
            {
                if (!_disposed)
                {
                    _logger.LogError(exception, "A timer's callback of grain {Grain} failed.", activation.GrainId);
                }
            }

            if (_keepAlive)
            {
                activation.Touch();
            }
        }

        lock (_lock)
        {
            _firing = false;
            if (!_disposed && !_changed && _period != Timeout.InfiniteTimeSpan)
            {
                _timer.Change(_period, Timeout.InfiniteTimeSpan);
            }

            _changed = false;
        }
    }

    public override void Return(Activation activation) => Dispose();

    public override void Reject(Exception reason) => Dispose();

    protected abstract Task Call(CancellationToken cancellationToken);

    // The callback must not run in the RequestContext of whoever registers the timer.
    private static ITimer CreateTimer(TimeProvider time, GrainTimer self)
    {
        using AsyncFlowControl? flow = ExecutionContext.IsFlowSuppressed() ? null : ExecutionContext.SuppressFlow();
        return time.CreateTimer(static timer => ((GrainTimer)timer!).Tick(), self, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private static void Validate(TimeSpan value, string name)
    {
        if (value != Timeout.InfiniteTimeSpan && (value < TimeSpan.Zero || value > s_max))
        {
            throw new ArgumentOutOfRangeException(name, value, $"A grain timer's {name} is 0 to {s_max}, or Timeout.InfiniteTimeSpan.");
        }
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (_disposed || _firing)
            {
                return;
            }

            _firing = true;
        }

        _activation.Enqueue(this);
    }
}

internal sealed class GrainTimer<TState>(
    Activation activation, TimeProvider time, ILogger logger, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    : GrainTimer(activation, time, logger, options)
{
    protected override Task Call(CancellationToken cancellationToken) => callback(state, cancellationToken);
}
