using Orleans.Storage;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Experiments;
using Sheaf.Silo.Storage;

namespace Sheaf.Tests.Unit.Silo.Experiments;

public sealed class ExperimentIndexTests : IDisposable
{
    private static readonly TimeSpan s_stepsWithin = new StoreOptions().ListStepsEvery;

    private static readonly ExperimentSummary s_known = Summary(0) with { State = RunState.Running, Step = 4 };

    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-index-").FullName;
    private readonly GrainId _grain = GrainId.Create("index", "index");
    private readonly FakeTimeProvider _time = new();
    private readonly WrittenStates _written;

    public ExperimentIndexTests() => _written = new(new DirectoryGrainStorage(new() { Root = _root }));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task ChangeOfState_WritesOneRowOfTheSameSize_WithTenThousandExperimentsAsWithTen()
    {
        var few = await BytesOfAChange(10);
        var many = await BytesOfAChange(10_000);
        Assert.InRange(many, few * 0.9, few * (1.1 * ExperimentIndex.PageSize / 10));
    }

    [Fact]
    public async Task Submission_WritesOneRow_HoweverManyExperimentsThereEverWere()
    {
        var index = await Index();
        await index.Import(Enumerable.Range(0, 1000).Select(Summary));
        for (var number = 1000; number < 1000 + (2 * ExperimentIndex.PageSize); number++)
        {
            _written.Rows.Clear();
            await index.Put(Summary(number));
            Assert.Single(_written.Rows);
        }

        Assert.Equal(Enumerable.Range(0, 1032).Select(number => $"e{number}"), (await Index()).All.Select(experiment => experiment.Id));
    }

    [Fact]
    public async Task Load_ReadsWhatWasWritten()
    {
        var index = await Index();
        await index.Import(Enumerable.Range(0, 300).Select(Summary));
        await index.Put(Summary(17) with { State = RunState.Running });
        await index.Remove("e42");
        var read = await Index();
        Assert.Equal(index.All, read.All);
        Assert.Equal(299, read.All.Count);
        Assert.Equal("e17", Assert.Single(read.Unfinished).Id);
        await read.Put(Summary(17));
        Assert.Empty((await Index()).Unfinished);
    }

    [Fact]
    public async Task Remove_OfAllOfAPage_KeepsThePagesAfterIt()
    {
        var index = await Index();
        await index.Import(Enumerable.Range(0, 3 * ExperimentIndex.PageSize).Select(Summary));
        for (var number = ExperimentIndex.PageSize; number < 2 * ExperimentIndex.PageSize; number++)
        {
            await index.Remove($"e{number}");
        }

        Assert.Equal(2 * ExperimentIndex.PageSize, (await Index()).All.Count);
    }

    [Fact]
    public async Task Steps_AloneAreNotWrittenUntilSomeSecondsHavePassed()
    {
        var index = await Index();
        await index.Put(s_known);
        await index.Put(s_known with { Step = 9 });
        Assert.Equal((9L, 4L), (index.All[0].Step, (await Index()).All[0].Step));
        _time.Advance(TimeSpan.FromSeconds(10));
        await index.Put(s_known with { Step = 12 });
        Assert.Equal(12, (await Index()).All[0].Step);
        await index.Put(s_known with { Step = 13, State = RunState.Paused });
        Assert.Equal(13, (await Index()).All[0].Step);
    }

    [Fact]
    public async Task WriteThatFails_LeavesTheListAsItWas()
    {
        var index = await Index();
        await index.Put(s_known);
        _written.Fails = true;
        await Assert.ThrowsAsync<StateStoreException>(() => index.Put(s_known with { State = RunState.Paused }));
        await Assert.ThrowsAsync<StateStoreException>(() => index.Put(Summary(1)));
        Assert.Equal(s_known, Assert.Single(index.All));
        _written.Fails = false;
        await index.Put(s_known with { State = RunState.Paused });
        await index.Put(Summary(1));
        Assert.Equal(["e0", "e1"], (await Index()).All.Select(experiment => experiment.Id));
    }

    [Fact]
    public async Task Import_RepeatedAfterItWasCutShort_TakesEachExperimentOnce()
    {
        var all = Enumerable.Range(0, 100).Select(Summary).ToArray();
        await (await Index()).Import(all.Take(48));
        var index = await Index();
        await index.Import(all);
        Assert.Equal(all, index.All);
        Assert.Equal(all, (await Index()).All);
    }

    [Fact]
    public void IsWorthAWrite_EnsureStepsAloneAreNotUntilSomeSecondsHavePassed()
    {
        var further = s_known with { Step = 9 };
        var index = new ExperimentIndex(new GrainIndexPages(_written, _grain), s_stepsWithin, _time);
        Assert.False(index.IsWorthAWrite(s_known, further, TimeSpan.FromSeconds(9.9)));
        Assert.True(index.IsWorthAWrite(s_known, further, TimeSpan.FromSeconds(10)));
        Assert.True(index.IsWorthAWrite(s_known, further with { State = RunState.Paused }, TimeSpan.Zero));
        Assert.True(index.IsWorthAWrite(s_known, further with { Workers = 1 }, TimeSpan.Zero));
    }

    /// <summary>Of what a change of one experiment's state writes, to a directory store that has so many that have ended.</summary>
    private async Task<long> BytesOfAChange(int experiments)
    {
        var grain = GrainId.Create("index", $"{experiments}");
        var pages = new GrainIndexPages(_written, grain);
        var index = new ExperimentIndex(pages, s_stepsWithin, _time);
        await index.Load();
        await index.Import(Enumerable.Range(0, experiments).Select(Summary));
        _written.Rows.Clear();
        await index.Put(Summary(experiments / 2) with { State = RunState.Running });
        var (name, written) = Assert.Single(_written.Rows);
        Assert.Equal(grain, written);
        return new FileInfo(_written.Store.GetPath(name, grain)).Length;
    }

    private async Task<ExperimentIndex> Index()
    {
        var index = new ExperimentIndex(new GrainIndexPages(_written, _grain), s_stepsWithin, _time);
        await index.Load();
        return index;
    }

    private static ExperimentSummary Summary(int number) => new()
    {
        Id = $"e{number}",
        Name = "an experiment",
        State = RunState.Completed,
        Step = 30,
        TotalSteps = 30,
        Workers = 2,
        Submitted = DateTimeOffset.UnixEpoch,
    };

    /// <summary>Notes each state that is written.</summary>
    private sealed class WrittenStates(DirectoryGrainStorage store) : IGrainStorage
    {
        public DirectoryGrainStorage Store => store;

        public List<(string State, GrainId Grain)> Rows { get; } = [];

        public bool Fails { get; set; }

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => store.ReadStateAsync(stateName, grainId, grainState);

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Rows.Add((stateName, grainId));
            return Fails ? throw new IOException("no space left") : store.WriteStateAsync(stateName, grainId, grainState);
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => store.ClearStateAsync(stateName, grainId, grainState);
    }
}
