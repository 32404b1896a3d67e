using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sheaf.Api.Services;
using Sheaf.Contracts.Grains;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Storage;
using Sheaf.Silo.Troubles;
using Sheaf.Tests.Unit.Silo.Cluster;
using Sheaf.Tests.Unit.Silo.Coordination;
using Sheaf.Tests.Unit.Silo.Workers;

namespace Sheaf.Tests.Unit.Api.Services;

/// <summary>What a caller hears of a failure behind a method, and for how long the method is tried again before.</summary>
public sealed class ErrorInterceptorTests : IDisposable
{
    private const string Repeat = "Repeat the call: it does no harm.";

    private readonly FakeTimeProvider _time = new(Runs.Now);
    private readonly FakeBeat _database;
    private readonly SiloTroubles _troubles;
    private readonly FakeLifetime _lifetime = new();
    private readonly Log _log = new();
    private readonly DatabaseWatch _watch;
    private readonly ErrorInterceptor _interceptor;
    private int _tries;

    public ErrorInterceptorTests()
    {
        _database = new(_time);
        _troubles = new(_time, NullLogger<SiloTroubles>.Instance);
        _watch = new(new SiloOptions { Data = "" }, _database, new(_time), _troubles, _time);
        _troubles.StoreLook = _watch.Look;
        _interceptor = new(_troubles, _lifetime, new(), _time, _log);
    }

    public static TheoryData<Exception, bool, StatusCode, string> Failures => new()
    {
        { new StateStoreException("The record could not be written."), false, StatusCode.Unavailable,
            $"The record could not be written. Whether this was done is not known. {Repeat}" },
        { new TimeoutException("x"), true, StatusCode.Unavailable, $"the database is away. Whether this was done is not known. {Repeat}" },
        { new OrleansException("x"), true, StatusCode.Unavailable, $"the database is away. Whether this was done is not known. {Repeat}" },
        { new TimeoutException("x"), false, StatusCode.DeadlineExceeded,
            $"The cluster did not answer in time. Whether this was done is not known. {Repeat}" },
        { new SiloUnavailableException("silo b"), false, StatusCode.Unavailable,
            $"A part of the cluster cannot be reached (silo b). Whether this was done is not known. {Repeat}" },
        { new EnumerationAbortedException("the grain moved"), false, StatusCode.Unavailable,
            $"A part of the cluster cannot be reached (the grain moved). Whether this was done is not known. {Repeat}" },
        { new OrleansException("Exc level 0\n   at X()", new Npgsql.PostgresException("too many connections", "FATAL", "FATAL", "53300")), false,
            StatusCode.Unavailable, $"53300: too many connections. Whether this was done is not known. {Repeat}" },
        { new InvalidOperationException("a bug"), true, StatusCode.Internal, "InvalidOperationException: a bug" },
    };

    private static CancellationToken Guard => TestContext.Current.CancellationToken;

    public void Dispose() => _watch.Dispose();

    [Fact]
    public async Task ServerThatStops_SaysThatTheCallMayBeRepeatedElsewhere()
    {
        _lifetime.StopApplication();
        var failure = await Assert.ThrowsAsync<RpcException>(() => Call(() => Task.FromException<string>(new OperationCanceledException())));
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.StartsWith("This server stops", failure.Status.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Failure_IsAStatusThatSaysWhetherToRepeatTheCall(Exception failure, bool databaseIsAway, StatusCode code, string detail)
    {
        _database.Failure = databaseIsAway ? new IOException("x") : null;
        var calling = Call(() =>
        {
            // The watch looks between two tries and says it in its own words.
            _troubles.Set(TroubleKind.Database, databaseIsAway ? "the database is away" : null);
            return Task.FromException<string>(failure);
        });

        await _time.AdvanceUntil(calling, Guard);

        var thrown = await Assert.ThrowsAsync<RpcException>(() => calling);
        Assert.Equal((code, detail), (thrown.StatusCode, thrown.Status.Detail));
    }

    [Fact]
    public async Task CommandWhoseWriteFailed_SaysOneThingOfItsOutcome()
    {
        var failure = StateWriting.Failed("The record", new IOException("No space left on device."));
        var calling = Call(() => Task.FromException<string>(failure));

        await _time.AdvanceUntil(calling, Guard);

        var thrown = await Assert.ThrowsAsync<RpcException>(() => calling);
        Assert.Equal($"The record could not be written: No space left on device. Whether this was done is not known. {Repeat}", thrown.Status.Detail);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task QuestionThatFailed_HasNoOutcome(Exception failure, bool databaseIsAway, StatusCode code, string detail)
    {
        _database.Failure = databaseIsAway ? new IOException("x") : null;
        var calling = Call(
            () =>
            {
                _troubles.Set(TroubleKind.Database, databaseIsAway ? "the database is away" : null);
                return Task.FromException<string>(failure);
            },
            method: "/sheaf.v1.Experiments/Describe");

        await _time.AdvanceUntil(calling, Guard);

        var thrown = await Assert.ThrowsAsync<RpcException>(() => calling);
        Assert.Equal((code, detail.Replace(" Whether this was done is not known.", "", StringComparison.Ordinal)), (thrown.StatusCode, thrown.Status.Detail));
    }

    [Fact]
    public async Task StreamOfACaller_ThatIsNoMessage_IsTheCallersFaultAndNoneOfTheMethod()
    {
        Exception[] unreadable = [new InvalidDataException("odd"), new RpcException(new(StatusCode.Internal, "odd")), new IOException("odd")];
        foreach (var failure in unreadable)
        {
            var thrown = await Assert.ThrowsAsync<RpcException>(() => Upload(new FakeStream(failure), async stream => $"{await stream.MoveNext(Guard)}"));
            Assert.Equal((StatusCode.InvalidArgument, "What was sent is no message of this method: odd"), (thrown.StatusCode, thrown.Status.Detail));
        }

        Assert.Empty(_log.Lines);
        var own = await Assert.ThrowsAsync<RpcException>(() => Upload(new FakeStream(null), _ => throw new InvalidDataException("a bug")));
        Assert.Equal(StatusCode.Internal, own.StatusCode);
        Assert.Single(_log.Lines);
    }

    [Fact]
    public async Task StoreThatIsBackAfterAMoment_CostsTheCallerNothing()
    {
        var calling = Call(() => _tries < 3 ? Task.FromException<string>(new StateStoreException("no space left")) : Task.FromResult("done"));

        await _time.AdvanceUntil(calling, Guard);

        Assert.Equal(("done", 3, 2), (await calling, _tries, _database.Beats));
    }

    [Fact]
    public async Task StoreThatStaysAway_IsGivenUpAfterSomeSeconds()
    {
        var calling = Call(() => Task.FromException<string>(new StateStoreException("no space left")));

        await _time.AdvanceUntil(calling, Guard);

        await Assert.ThrowsAsync<RpcException>(() => calling);
        Assert.True(_tries > 1 && _time.GetUtcNow() - Runs.Now > TimeSpan.FromSeconds(5), $"{_tries} tries until {_time.GetUtcNow()}");
    }

    [Fact]
    public async Task FailureThatIsNotTheStores_IsNotTriedAgain()
    {
        await Assert.ThrowsAsync<RpcException>(() => Call(() => Task.FromException<string>(new TimeoutException())));

        Assert.Equal((1, 0), (_tries, _database.Beats));
    }

    [Fact]
    public async Task CallerWhoIsGone_IsNotServedAnyMore()
    {
        var thrown = await Assert.ThrowsAsync<RpcException>(
            () => Call(() => Task.FromException<string>(new StateStoreException("no space left")), isGone: true));

        Assert.Equal((StatusCode.Cancelled, 1), (thrown.StatusCode, _tries));
    }

    [Fact]
    public async Task AnswerOfAMethodItself_IsPassedOnAsItIs()
    {
        var refusal = new RpcException(new(StatusCode.FailedPrecondition, "it is paused"));

        Assert.Same(refusal, await Assert.ThrowsAsync<RpcException>(() => Call(() => Task.FromException<string>(refusal))));
        Assert.Equal(1, _tries);
    }

    private Task<string> Call(Func<Task<string>> answer, bool isGone = false, string method = FakeCall.Pause) =>
        _interceptor.UnaryServerHandler("", new FakeCall(method, new(isGone)), (string _, ServerCallContext _) =>
    {
        _tries++;
        return answer();
    });

    private Task<string> Upload(FakeStream stream, Func<IAsyncStreamReader<string>, Task<string>> method) =>
        _interceptor.ClientStreamingServerHandler(stream, new FakeCall("/sheaf.v1.Packages/Upload"), (read, _) => method(read));

    private sealed class Log : ILogger<ErrorInterceptor>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }

    private sealed class FakeStream(Exception? failure) : IAsyncStreamReader<string>
    {
        public string Current => "";

        public Task<bool> MoveNext(CancellationToken cancellationToken) => failure is null ? Task.FromResult(false) : Task.FromException<bool>(failure);
    }
}
