using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>
/// The list of all experiments, in pages of <see cref="PageSize"/> in the order of submission: a change of one experiment writes its page and no other,
/// however many there ever were. What is written of an experiment that has only gone on since may be some seconds old. Memory is never ahead of the store
/// in anything else. Not thread-safe: used within turns of one grain, one call at a time.
/// </summary>
/// <param name="stepsWithin">How old the written step of an experiment may be.</param>
internal sealed class ExperimentIndex(IIndexPages pages, TimeSpan stepsWithin, TimeProvider time)
{
    /// <summary>
    /// Experiments in a page. A page is written whole and the list is read page by page: this keeps the row some KB small, and ten thousand experiments
    /// some hundred reads.
    /// </summary>
    public const int PageSize = 16;

    private const int MaxReadsAtOnce = 16;

    private readonly List<IReadOnlyList<ExperimentSummary>> _pages = [];
    private readonly List<long> _written = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>In the order of submission.</summary>
    public IReadOnlyList<ExperimentSummary> All => _pages.SelectMany(page => page).ToArray();

    /// <summary>Those that have not ended, in the order of submission.</summary>
    public IReadOnlyList<ExperimentSummary> Unfinished =>
        _pages.SelectMany(page => page).Where(known => known.State is not (RunState.Completed or RunState.Failed or RunState.Cancelled)).ToArray();

    /// <summary>Reads what is stored; once, before anything else.</summary>
    public async Task Load()
    {
        // The list is read anew when its silo has died; a short one costs no more than a read or two then.
        for (var atOnce = 1; ; atOnce = Math.Min(2 * atOnce, MaxReadsAtOnce))
        {
            var first = _pages.Count;
            var read = await Task.WhenAll(Enumerable.Range(first, atOnce).Select(pages.Read));
            foreach (var page in read.TakeWhile(page => page is not null))
            {
                Take(_pages.Count, page!.Experiments);
            }

            if (_pages.Count < first + atOnce)
            {
                return;
            }
        }
    }

    /// <summary>Takes in a list that was kept in another way. Experiments that are here already stay as they are.</summary>
    public async Task Import(IEnumerable<ExperimentSummary> experiments)
    {
        foreach (var page in experiments.Where(one => !_places.ContainsKey(one.Id)).Chunk(PageSize))
        {
            await Write(_pages.Count, page);
        }
    }

    public async Task Put(ExperimentSummary summary)
    {
        if (!_places.TryGetValue(summary.Id, out var number))
        {
            number = _pages.Count > 0 && _pages[^1].Count < PageSize ? _pages.Count - 1 : _pages.Count;
            await Write(number, [.. number < _pages.Count ? _pages[number] : [], summary]);
            return;
        }

        var page = _pages[number];
        var known = page.First(one => one.Id == summary.Id);
        var next = page.Select(one => one.Id == summary.Id ? summary : one).ToArray();
        if (IsWorthAWrite(known, summary, time.GetElapsedTime(_written[number])))
        {
            await Write(number, next);
        }
        else
        {
            _pages[number] = next;
        }
    }

    public async Task Remove(string experimentId)
    {
        if (_places.TryGetValue(experimentId, out var number))
        {
            await Write(number, _pages[number].Where(one => one.Id != experimentId).ToArray());
            _places.Remove(experimentId);
        }
    }

    internal bool IsWorthAWrite(ExperimentSummary written, ExperimentSummary now, TimeSpan since) =>
        written with { Step = now.Step } != now || since >= stepsWithin;

    private async Task Write(int number, IReadOnlyList<ExperimentSummary> experiments)
    {
        await pages.Write(number, new() { Experiments = [.. experiments] });
        Take(number, experiments);
    }

    private void Take(int number, IReadOnlyList<ExperimentSummary> experiments)
    {
        if (number == _pages.Count)
        {
            _pages.Add(experiments);
            _written.Add(time.GetTimestamp());
        }
        else
        {
            (_pages[number], _written[number]) = (experiments, time.GetTimestamp());
        }

        foreach (var experiment in experiments)
        {
            _places[experiment.Id] = number;
        }
    }
}
