using System.Runtime.CompilerServices;
using Orleans.Placement;
using Orleans.Storage;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Turns;

namespace Sheaf.Silo.Experiments;

/// <summary>
/// Keeps what happened in memory and writes it each second, or when it is asked to. Watchers see what is told here while the store hangs: nothing but <see
/// cref="Flush"/> waits for it.
/// </summary>
[GrainType("experiment"), PreferLocalPlacement]
internal sealed class ExperimentGrain(
    [PersistentState("experiment")] IPersistentState<ExperimentState> state,
    IGrainContext context,
    IServiceProvider services,
    StoreOptions options,
    TimeProvider time) : Grain, IExperimentGrain
{
    /// <summary>Sequence numbers that a write sets aside: more than are given, at some a second, while a store is away for hours.</summary>
    private const int SequenceReserve = 1_000_000;

    private readonly StoreCircuit _circuit = new(options, time);
    private SharedTurn _writing = null!;
    private ExperimentView? _view;
    private UpdateFeed _feed = new(0, 0);
    private StepLedger? _ledger;
    private int _segmentLength = 1;
    private long _reserved;
    private bool _dirty;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writing = new(new(), WriteChanges);
        (_view, _reserved) = (state.State.View, state.State.SequenceReserved);
        _feed = new(_reserved + 1, options.KeepUpdates);
        if (_view is not null)
        {
            OpenLedger(StepLedger.SegmentLengthOf(state.State.SegmentLength, _view.Run.Shards));
        }

        this.RegisterGrainTimer(_ => KeepUp(), new GrainTimerCreationOptions(options.FlushEvery, options.FlushEvery) { Interleave = true });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Flush();

    public async Task Create(RunSnapshot run, string specYaml)
    {
        if (_view is null)
        {
            _view = new() { Run = run, SpecYaml = specYaml, Checkpoints = [], Evaluations = [], Events = [] };
            OpenLedger(StepLedger.SegmentLength(run.Shards));
            _dirty = true;
        }

        await Flush();
    }

    public async Task<LedgerTail> Append(RunNews news)
    {
        _ = Known();
        if (_feed.Next + MostUpdates(news) >= _reserved)
        {
            // Before anything is taken in: what fails here is told again.
            _dirty = true;
            await Flush();
        }

        var skipped = news.Steps.Count(step => step.Skipped && step.Step >= _ledger!.Recorded);
        _view = skipped == 0 ? _view : Known() with { SkippedSteps = Known().SkippedSteps + skipped };
        _ledger!.Append(news.Steps);
        TellChanged();
        TakeIn(news);
        _dirty = true;
        return Reached;
    }

    public async Task<LedgerTail> Flush()
    {
        await _writing.Run();
        return Reached;
    }

    public Task<LedgerTail> Tail() => Task.FromResult(Reached);

    public Task<ExperimentView?> Describe() => Task.FromResult(_view);

    public async IAsyncEnumerable<ExperimentUpdate> Watch(
        long fromSequence, bool untilPaused, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_view is null)
        {
            yield break;
        }

        if (fromSequence <= 0 || _feed.HasLost(fromSequence))
        {
            fromSequence = _feed.Next;
            yield return new() { Sequence = fromSequence - 1, View = _view };
            if (Ends(_view.Run, untilPaused))
            {
                yield break;
            }
        }

        while (true)
        {
            var changed = _feed.Changed;
            if (_feed.HasLost(fromSequence))
            {
                fromSequence = _feed.Next;
                yield return new() { Sequence = fromSequence - 1, View = _view };
            }

            foreach (var update in _feed.From(fromSequence))
            {
                fromSequence = update.Sequence + 1;
                yield return update;
                if (update.View is { } view && Ends(view.Run, untilPaused))
                {
                    yield break;
                }
            }

            if (Ends(_view.Run, untilPaused) && fromSequence >= _feed.Next)
            {
                yield break;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public async IAsyncEnumerable<StepBlock> Steps(long fromStep, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (_ledger is null)
        {
            yield break;
        }

        for (var index = Math.Max(fromStep, 0) / _segmentLength; ; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var steps = await _ledger.Read(index);
            if (steps.Count == 0)
            {
                yield break;
            }

            yield return new(steps.Where(step => step.Step >= fromStep).ToArray());
        }
    }

    private void TakeIn(RunNews told)
    {
        var news = ExperimentHistory.Unknown(Known(), told);
        var view = _view = ExperimentHistory.Apply(Known(), news, options);
        foreach (var update in ExperimentHistory.Updates(view, news))
        {
            _feed.Add(update);
        }
    }

    private void TellChanged()
    {
        if (_ledger!.TakeChanged() is { Count: > 0 } changed)
        {
            var (before, now) = changed[0];
            var happened = new RunEvent
            {
                Time = time.GetUtcNow(),
                Level = "warning",
                Message = $"recomputed with other bits: {changed.Count} steps from {before.Step} on; its gradient hash was {before.GradientHash:x16} in "
                    + $"generation {before.Generation} "
                    + $"and is {now.GradientHash:x16} in generation {now.Generation}",
            };
            TakeIn(new() { Events = new[] { happened } });
        }
    }

    /// <summary>A store that hangs is left alone for a while: every caller of Flush waits for the same write.</summary>
    private async Task KeepUp()
    {
        if (_circuit.IsOpen)
        {
            return;
        }

        var asked = time.GetTimestamp();
        try
        {
            await Flush();
        }
        catch
        {
            _circuit.Fail(asked);
            throw;
        }
    }

    private LedgerTail Reached => new() { Recorded = _ledger?.Recorded ?? 0, Durable = _ledger?.Durable ?? 0 };

    /// <summary>An update each, and a few for all that news can have once.</summary>
    private static int MostUpdates(RunNews news) => news.Events.Count + news.Evaluations.Count + news.Epochs.Count + 8;

    private static bool Ends(RunSnapshot run, bool untilPaused) =>
        run.State is RunState.Completed or RunState.Failed or RunState.Cancelled || (untilPaused && run.State == RunState.Paused);

    private ExperimentView Known() =>
        _view ?? throw new InvalidOperationException($"There is no experiment '{this.GetPrimaryKeyString()}'.");

    private void OpenLedger(int segmentLength)
    {
        _segmentLength = segmentLength;
        _ledger = new(new GrainSegmentStore(GrainStorageHelpers.GetGrainStorage(GetType(), services), context.GrainId), _segmentLength, state.State.Durable);
    }

    /// <summary>What changes meanwhile is written the next time.</summary>
    private async Task WriteChanges()
    {
        if (_ledger is { IsDirty: true })
        {
            await _ledger.Flush();
            TellChanged();
            _dirty = true;
        }

        if (_dirty)
        {
            _dirty = false;
            try
            {
                var next = new ExperimentState
                {
                    View = _view, Durable = _ledger!.Durable, SequenceReserved = _feed.Next + SequenceReserve,
                    SegmentLength = _segmentLength
                };
                await state.Write(next, $"What is known of experiment '{this.GetPrimaryKeyString()}'");
                _reserved = next.SequenceReserved;
            }
            catch
            {
                _dirty = true;
                throw;
            }
        }
    }
}
