using System.Collections.Concurrent;
using Sheaf.Tests.ObjectStores;

namespace Sheaf.Bench.Chaos;

/// <summary>
/// An object store of this process that fails as a seed chooses: one request in eight is throttled, broken off on its way, answered with a failure although it
/// was done, or done without an answer. Thread-safe.
/// </summary>
internal sealed class FaultyStore : IAsyncDisposable
{
    private const int OneIn = 8;

    private static readonly ObjectFault[] Faults =
    [
        ObjectFault.SlowDown, ObjectFault.Failed, ObjectFault.FailedAfterwards, ObjectFault.LoseTheAnswer, ObjectFault.CutTheUpload, ObjectFault.CutTheDownload,
    ];

    private readonly FakeObjectServer _server;
    private readonly Random _random;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<string, int> _told = new(StringComparer.Ordinal);
    private volatile bool _away;

    private FaultyStore(FakeObjectServer server, int seed)
    {
        (_server, _random) = (server, new(seed));
        server.Fault = _ => Choose();
    }

    /// <summary>Of each silo: where its checkpoints go.</summary>
    public string[] Arguments => ["--checkpoints", $"s3://{FakeObjectServer.Bucket}/chaos", "--s3-endpoint", _server.Url.ToString()];

    /// <summary>Of each silo: credentials, which the server does not look at.</summary>
    public Dictionary<string, string> Environment { get; } = new()
    {
        ["AWS_ACCESS_KEY_ID"] = "bench", ["AWS_SECRET_ACCESS_KEY"] = "none", ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    public static async Task<FaultyStore> StartAsync(int seed) => new(await FakeObjectServer.StartAsync(), seed);

    /// <summary>Whether every request fails.</summary>
    public void BeAway(bool away) => _away = away;

    /// <summary>How many requests there were, and how many of them failed in which way.</summary>
    public string Told() => $"the object store got {_server.Requests.Count} requests; "
        + string.Join(", ", _told.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Value} x {pair.Key}"));

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private ObjectFault? Choose()
    {
        ObjectFault? fault;
        lock (_gate)
        {
            fault = _away ? ObjectFault.Failed : _random.Next(OneIn) == 0 ? Faults[_random.Next(Faults.Length)] : null;
        }

        if (fault is { } chosen)
        {
            _told.AddOrUpdate(_away ? "away" : chosen.ToString(), 1, (_, count) => count + 1);
        }

        return fault;
    }
}
