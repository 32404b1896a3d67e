namespace Orleans.Runtime.Scheduling;

/// <summary>
/// Runs one activation's turns on the thread pool, one at a time and in order. Everything awaited in a turn comes back here, so grain code never runs on
/// two threads at once. Queueing is thread-safe.
/// </summary>
internal sealed class ActivationScheduler(IGrainContext context) : TaskScheduler, IWorkItemScheduler, IThreadPoolWorkItem
{
    // A busy activation gives its thread back after so many turns, so that others get their turn.
    private const int Quantum = 64;

    private readonly Queue<Task> _queue = new();
    private bool _running;

    public override int MaximumConcurrencyLevel => 1;

    public void QueueAction(Action action) => QueueAction(static a => ((Action)a)(), action);

    // The turn must not inherit the RequestContext of whoever happens to queue it: a task captures the context when it is made.
    public void QueueAction(Action<object> action, object state)
    {
        Task task;
        if (ExecutionContext.IsFlowSuppressed())
        {
            task = new Task(action!, state);
        }
        else
        {
            using (ExecutionContext.SuppressFlow())
            {
                task = new Task(action!, state);
            }
        }

        task.Start(this);
    }

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    void IThreadPoolWorkItem.Execute()
    {
        RuntimeContext.SetExecutionContext(context, out var previous);
        try
        {
            for (var i = 0; i < Quantum; i++)
            {
                Task? task;
                lock (_queue)
                {
                    if (!_queue.TryDequeue(out task))
                    {
                        _running = false;
                        return;
                    }
                }

                TryExecuteTask(task);
            }
        }
        finally
        {
            RuntimeContext.ResetExecutionContext(previous);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_queue)
        {
            _queue.Enqueue(task);
            if (_running)
            {
                return;
            }

            _running = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Current, context) && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_queue)
        {
            return [.. _queue];
        }
    }
}
