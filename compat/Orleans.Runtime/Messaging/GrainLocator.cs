using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime.Activations;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Links;
using Orleans.Runtime.MembershipService;

namespace Orleans.Runtime.Messaging;

/// <summary>
/// Asks the directory where a grain is active. Official Orleans' directory does without the database; so that calls go on here too while it is gone or
/// hangs, the other silos are asked then. Thread-safe.
/// </summary>
internal sealed class GrainLocator(
    ClusterGrainDirectory directory,
    ClusterMembership membership,
    ActivationCatalog catalog,
    SiloLinks links,
    [FromKeyedServices(TimeProviderNames.GrainDirectory)] TimeProvider time,
    ILogger<GrainLocator> logger)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>A database that has not answered by then is slow or hangs: a silo that has the grain answers in less, and the caller may wait for 1 s only.</summary>
    private static readonly TimeSpan s_slow = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<long, Question> _questions = new();
    private long _lastQuestion;

    /// <summary>Null: active nowhere. Throws when that cannot be known.</summary>
    public async Task<SiloAddress?> Find(GrainId grain)
    {
        var lookup = directory.Lookup(grain);
        try
        {
            await ((Task)lookup.WaitAsync(s_slow, time)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!lookup.IsCompleted)
            {
                var others = AskOthers(grain);
                if (await Task.WhenAny(lookup, others) == others && await others is { } silo)
                {
                    logger.LogDebug("The directory is slow to answer; {Silo} says that it has grain {Grain}.", silo, grain);
                    _ = lookup.ContinueWith(static given => given.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
                    return silo;
                }
            }

            return (await lookup)?.SiloAddress;
        }
        catch (Exception exception)
        {
            if (await AskOthers(grain) is { } silo)
            {
                logger.LogDebug(exception, "The directory cannot be read; {Silo} says that it has grain {Grain}.", silo, grain);
                return silo;
            }

            throw new OrleansException(
                $"Grain {grain} is active on no silo that answers, and cannot be activated while the directory's database cannot be read: {exception.Message}", exception is OrleansException ? exception : null!);
        }
    }

    public void Asked(SiloAddress by, long question, GrainId grain)
    {
        var has = catalog.Find(grain) is not null;
        links.Send(by, FrameKind.Located, (question, has), static (writer, state) =>
        {
            writer.WriteUnmanaged(state.question);
            writer.WriteByte(state.has ? (byte)1 : (byte)0);
        });
    }

    public void Answered(SiloAddress by, long question, bool has)
    {
        if (_questions.TryGetValue(question, out var asked))
        {
            asked.Answered(by, has);
        }
    }

    private async Task<SiloAddress?> AskOthers(GrainId grain)
    {
        var others = membership.View.Active.Remove(membership.LocalSilo);
        if (others.IsEmpty)
        {
            return null;
        }

        var id = Interlocked.Increment(ref _lastQuestion);
        var question = _questions[id] = new Question(others.Length);
        foreach (var silo in others)
        {
            links.Send(silo, FrameKind.Locate, (id, grain), static (writer, state) =>
            {
                writer.WriteUnmanaged(state.id);
                writer.WriteString(state.grain.ToString());
            });
        }

        try
        {
            return await question.Answer.WaitAsync(s_patience, time);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _questions.TryRemove(id, out _);
        }
    }

    private sealed class Question(int asked)
    {
        private readonly TaskCompletionSource<SiloAddress?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _left = asked;

        public Task<SiloAddress?> Answer => _answer.Task;

        public void Answered(SiloAddress by, bool has)
        {
            if (has)
            {
                _answer.TrySetResult(by);
            }
            else if (Interlocked.Decrement(ref _left) == 0)
            {
                _answer.TrySetResult(null);
            }
        }
    }
}
