using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Troubles;
using Sheaf.Tests.Unit.Silo.Coordination;
using Sheaf.Tests.Unit.Silo.Workers;

namespace Sheaf.Tests.Unit.Silo.Cluster;

public sealed class DatabaseWatchTests : IDisposable
{
    private readonly FakeTimeProvider _machine = new(Runs.Now);
    private readonly ClusterClock _clock;
    private readonly FakeBeat _database;
    private readonly SiloTroubles _troubles;
    private readonly DatabaseWatch _watch;

    public DatabaseWatchTests()
    {
        (_clock, _database) = (new(_machine), new(_machine));
        _troubles = new(_clock, NullLogger<SiloTroubles>.Instance);
        _watch = new(new SiloOptions { Data = "" }, _database, _clock, _troubles, _machine);
    }

    public static TheoryData<Exception> Failures =>
        [new NpgsqlException("the host is down"), new IOException("the pipe is broken"), new TimeoutException(), new System.Net.Sockets.SocketException()];

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    public void Dispose() => _watch.Dispose();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.4, 0)]
    [InlineData(-0.4, 0)]
    [InlineData(0.6, 0.6)]
    [InlineData(180, 180)]
    [InlineData(-180, -180)]
    public async Task Look_TakesTheDatabasesTimeButNotWhatASlowAnswerCosts(double ahead, double taken)
    {
        _database.Ahead = TimeSpan.FromSeconds(ahead);

        await _watch.Look(Guard);

        Assert.Equal(TimeSpan.FromSeconds(taken), _clock.Ahead);
        Assert.Equal(Runs.Now + TimeSpan.FromSeconds(taken), _clock.GetUtcNow());
    }

    /// <summary>The answer has the time in the middle of a call that takes 8 s: the clocks are alike.</summary>
    [Fact]
    public async Task Look_OfADatabaseThatAnswersLate_FindsNoSkew()
    {
        _database.OnTheWay = () => _machine.Advance(TimeSpan.FromSeconds(4));

        await _watch.Look(Guard);

        Assert.Equal(TimeSpan.Zero, _clock.Ahead);
        Assert.Empty(_troubles.All);
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(-3, null)]
    [InlineData(4, "its machine's clock is 4 s behind the database's")]
    [InlineData(-180, "its machine's clock is 180 s ahead of the database's")]
    public async Task Look_NamesAClockThatIsOff(double ahead, string? trouble)
    {
        _database.Ahead = TimeSpan.FromSeconds(ahead);

        await _watch.Look(Guard);

        Assert.Equal(trouble is not null, _troubles.All.Any(each => each.StartsWith(trouble ?? "x", StringComparison.Ordinal)));
        Assert.Equal(trouble is null ? 0 : 1, _troubles.All.Count);
        _database.Ahead = TimeSpan.Zero;
        await _watch.Look(Guard);
        Assert.Empty(_troubles.All);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Look_AtADatabaseThatTakesNoWrites_SaysSoUntilItDoes(Exception failure)
    {
        _database.Failure = failure;

        await _watch.Look(Guard);

        Assert.StartsWith("the cluster's database 'runs' at db:5432 as sheaf ", _troubles.OfStore, StringComparison.Ordinal);
        _database.Failure = null;
        await _watch.Look(Guard);
        Assert.Null(_troubles.OfStore);
    }

    [Fact]
    public async Task Look_ThatTheDatabaseGivesUp_IsATroubleAndOneThatTheSiloGivesUpIsNone()
    {
        _database.Failure = new OperationCanceledException();
        await _watch.Look(Guard);
        Assert.Contains("does not answer", _troubles.OfStore, StringComparison.Ordinal);

        _database.Failure = null;
        await _watch.Look(Guard);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _watch.Look(new(canceled: true)));
        Assert.Null(_troubles.OfStore);
    }

    [Fact]
    public async Task Silo_LooksBeforeItStartsAndThenAgainAndAgain()
    {
        _database.Ahead = TimeSpan.FromMinutes(1);
        await _watch.StartAsync(Guard);
        Assert.Equal((1, TimeSpan.FromMinutes(1)), (_database.Beats, _clock.Ahead));

        await _machine.AdvanceUntil(_database.Second.Task, Guard);

        await _watch.StopAsync(Guard);
    }
}
