using System.Collections.Concurrent;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Workers;

namespace Sheaf.Tests.Unit.Silo.Workers;

/// <summary>Takes reports in and reduces; does nothing by itself. A test may make it unreachable, or say that a generation is over.</summary>
internal sealed class TinyCoordinator(int shards) : ICoordinatorCalls
{
    private readonly Lock _gate = new();
    private readonly ReductionRounds _rounds = new(new CoordinationOptions().ReductionWithin, TimeProvider.System);
    private TaskCompletionSource _told = New();

    public ConcurrentQueue<SiloReport> Reports { get; } = new();

    public ConcurrentQueue<ReduceRequest> Reductions { get; } = new();

    public volatile bool Unreachable;

    public long Ended { get; set; } = -1;

    public long DurableStep { get; set; }

    /// <summary>Answers wait for it; null: they do not.</summary>
    public Task? Holds { get; set; }

    /// <summary>Answers that waited.</summary>
    public int Held { get; private set; }

    /// <summary>Come with each answer. Of an answer that waits: what stood here before <see cref="Holds"/> was set.</summary>
    public IReadOnlyList<Directive> Directives { get; set; } = [];

    public IEnumerable<StepRecord> Steps => Reports.SelectMany(report => report.Steps);

    public async Task<ReportAnswer> Report(string experimentId, SiloReport report)
    {
        if (Unreachable)
        {
            throw new TimeoutException("nobody answers");
        }

        var holds = Holds;
        var answer = new ReportAnswer { GoesOn = report.Generation > Ended, DurableStep = DurableStep, Directives = Directives };
        Reports.Enqueue(report);
        lock (_gate)
        {
            Held += holds is null ? 0 : 1;
            (var told, _told) = (_told, New());
            told.SetResult();
        }

        await (holds ?? Task.CompletedTask);
        return answer;
    }

    public Task<ReduceReply> Reduce(string experimentId, ReduceRequest request, CancellationToken cancellationToken)
    {
        Reductions.Enqueue(request);
        if (Unreachable)
        {
            return Task.FromException<ReduceReply>(new TimeoutException("nobody answers"));
        }

        lock (_gate)
        {
            return _rounds.Add(request, shards, cancellationToken);
        }
    }

    /// <summary>Done when what was reported satisfies the condition.</summary>
    public async Task Until(Func<TinyCoordinator, bool> condition, CancellationToken guard)
    {
        while (true)
        {
            Task told;
            lock (_gate)
            {
                told = _told.Task;
            }

            if (condition(this))
            {
                return;
            }

            await told.WaitAsync(guard);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
