namespace Sheaf.Silo.Coordination;

/// <summary>
/// Which experiments this silo touches, so that what lost its coordinator goes on by itself. A touch activates the coordinator, or has it look at its
/// workers. After a death each silo touches what it leads, and one silo what nobody leads any more: that is one call for each experiment, however many
/// silos there are. What is led is not touched otherwise. What is led by nobody from one beat to the next is touched by every silo: the one that should
/// have done it may hang. Thread-safe.
/// </summary>
/// <param name="atOnce">Touches at a time: one that hangs, as its store does, must not hold up the others.</param>
internal sealed class Resumption(IResumeCalls calls, CoordinatorPlaces places, int atOnce, ILogger log)
{
    private IReadOnlySet<string> _unled = new HashSet<string>();

    /// <summary>At the silo's start, which may be that of the whole cluster: no other silo may be there to do it.</summary>
    public Task Start(CancellationToken cancellationToken) => Try(_ => true, cancellationToken);

    /// <summary>The cluster has declared a silo dead.</summary>
    /// <param name="isFirst">Of the living silos this is the one that touches for all.</param>
    public async Task SiloDied(bool isFirst, CancellationToken cancellationToken)
    {
        // Coordinators here hear at once that workers of theirs are lost. One that hangs, as its store does, keeps nobody else waiting.
        var own = Task.WhenAll(places.Here.Select(id => TryTouch(id, cancellationToken)));
        var unled = isFirst ? Try(_ => true, cancellationToken) : Task.CompletedTask;
        await Task.WhenAll(own, unled);
    }

    /// <summary>Now and then.</summary>
    /// <inheritdoc cref="SiloDied"/>
    public Task Beat(bool isFirst, CancellationToken cancellationToken)
    {
        var before = Volatile.Read(ref _unled);
        return Try(id => isFirst || before.Contains(id), cancellationToken);
    }

    private async Task Try(Func<string, bool> isOurs, CancellationToken cancellationToken)
    {
        try
        {
            var unled = (await calls.Unfinished()).Where(id => !places.IsLed(id)).ToArray();
            Volatile.Write(ref _unled, unled.ToHashSet(StringComparer.Ordinal));
            var options = new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellationToken };

            // By its turn another silo may have said that it leads it.
            await Parallel.ForEachAsync(
                unled.Where(isOurs), options, (id, stopping) => places.IsLed(id) ? ValueTask.CompletedTask : new ValueTask(TryTouch(id, stopping)));
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(e, "Unfinished experiments could not be looked for, which is tried again.");
        }
    }

    private async Task TryTouch(string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await calls.Touch(id);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(e, "Experiment {Experiment} could not be resumed, which is tried again.", id);
        }
    }
}
