using Sheaf.Silo.Cluster;

namespace Sheaf.Tests.Unit.Silo.Cluster;

/// <summary>A database whose clock and failures a test sets.</summary>
internal sealed class FakeBeat(TimeProvider machine) : IDatabaseBeat
{
    private int _beats;

    public string Shown => "database 'runs' at db:5432 as sheaf";

    /// <summary>Of its clock before the machine's.</summary>
    public TimeSpan Ahead { get; set; }

    /// <summary>What a beat throws; null: it answers.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What happens on the way to the database, and on the way back.</summary>
    public Action OnTheWay { get; set; } = () => { };

    public int Beats => Volatile.Read(ref _beats);

    /// <summary>Completes with the second beat.</summary>
    public TaskCompletionSource Second { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<DateTimeOffset> Beat(string name, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _beats) == 2)
        {
            Second.SetResult();
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (Failure is { } failure)
        {
            return Task.FromException<DateTimeOffset>(failure);
        }

        OnTheWay();
        var now = machine.GetUtcNow() + Ahead;
        OnTheWay();
        return Task.FromResult(now);
    }
}
