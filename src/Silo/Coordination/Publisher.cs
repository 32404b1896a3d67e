using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Turns;

namespace Sheaf.Silo.Coordination;

/// <summary>
/// What a coordinator has to tell of its run, until the experiment and its ledger have it. Not thread-safe; but news may be added while some are being told,
/// and then goes with the next.
/// </summary>
internal sealed class Publisher(IPublication publication, string experimentId)
{
    private readonly Outbox _outbox = new();
    private readonly LedgerFeed _feed = new();
    private readonly List<StepRecord> _remembered = [];
    private readonly TurnQueue _turns = new();
    private RunSnapshot? _unlisted;
    private (long Step, DateTimeOffset At)? _salvage;

    /// <summary>Steps below it are in the ledger on the store.</summary>
    public long Durable => _feed.Durable;

    /// <summary>Something has not been published.</summary>
    public bool HasMore => _outbox.Pending is not null || _unlisted is not null;

    public void Add(RunNews news) => _outbox.Add(news);

    public void Say(DateTimeOffset now, string level, string message) =>
        _outbox.Add(new() { Events = new[] { new RunEvent { Time = now, Level = level, Message = message } } });

    /// <summary>Records of steps that a generation left and that not all of its workers had reported.</summary>
    public void Remember(IEnumerable<StepRecord> records) => _remembered.AddRange(records);

    /// <summary>
    /// What could not be told stays in the outbox and goes with the next news. The watchers come last: who sees a change there finds it in the list too. Where
    /// the list cannot be written they are told nevertheless, and then it fails.
    /// </summary>
    public Task Send() => _turns.Run(SendNow);

    /// <summary>The step as the ledger was told of it, as long as the store may not have it; null: not known here.</summary>
    public StepCommit? Told(long step) => _feed.Told(step);

    /// <summary>
    /// Completes the ledger up to <paramref name="step"/> with what the survivors of a generation know, when it is next told something. They keep their records
    /// until these are on the store: it need not be waited for.
    /// </summary>
    public void Salvage(IEnumerable<StepRecord> records, long step, DateTimeOffset now)
    {
        _remembered.AddRange(records);
        _salvage = (step, now);
    }

    private async Task SendNow()
    {
        _unlisted = _outbox.Pending?.Snapshot ?? _unlisted;
        var listing = List();
        await listing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_outbox.Take() is { } news)
        {
            _feed.Told(news.Steps);
            var tail = await Tell(news);
            TellAgain(tail);
            if (_salvage is not null && Complete(tail) is { } rest)
            {
                _feed.Told(rest.Steps);
                TellAgain(await Tell(rest));
            }
        }

        await listing;
    }

    /// <summary>Returns when everything is on the store.</summary>
    public async Task Flush()
    {
        do
        {
            await Send();
        }
        while (TellAgain(await publication.Flush(experimentId)));
    }

    /// <summary>The news to publish for that; null: none.</summary>
    private RunNews? Complete(LedgerTail tail)
    {
        var (step, at) = _salvage!.Value;
        var entries = StepSalvage.Of(_remembered, tail.Recorded, step);
        if (entries.Count < step - tail.Recorded)
        {
            Say(
                at,
                "warning",
                $"the ledger lacks entries of the steps from {tail.Recorded} up to {step}: of {step - tail.Recorded - entries.Count} of them no record is "
                    + "left");
        }

        _outbox.Add(new() { Steps = entries });
        _remembered.Clear();
        _salvage = null;
        return _outbox.Take();
    }

    private async Task<LedgerTail> Tell(RunNews news)
    {
        try
        {
            return await publication.Tell(experimentId, news);
        }
        catch
        {
            _outbox.PutBack(news);
            throw;
        }
    }

    private async Task List()
    {
        if (_unlisted is { } run)
        {
            await publication.List(run);
            _unlisted = null;
        }
    }

    /// <summary>True: the experiment has forgotten what was sent to it, and the store does not have it.</summary>
    private bool TellAgain(LedgerTail tail)
    {
        var lacking = _feed.Acknowledge(tail);
        _outbox.Add(new() { Steps = lacking });
        return lacking.Count > 0;
    }
}
