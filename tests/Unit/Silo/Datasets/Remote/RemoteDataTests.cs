using System.Security.Cryptography;
using System.Text;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Datasets.Remote;
using Sheaf.Silo.Storage;
using Sheaf.Specs;
using Sheaf.Tests.ObjectStores;
using Sheaf.Tests.Unit.Silo.Storage.ObjectStores;
using Sheaf.Tests.Unit.Training.Data;
using Sheaf.Training.Data;

namespace Sheaf.Tests.Unit.Silo.Datasets.Remote;

public sealed class RemoteDataTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpOrigin _web = new(plain: true, new());
    private FakeObjectServer _server = null!;
    private Sheaf.Silo.Storage.ObjectStores.Buckets _stores = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Url => new Uri(_server.Url, "bucket/rows.csv").ToString();

    private string Cached => Path.Combine(_folder.At("silo"), "datasets");

    public async ValueTask InitializeAsync()
    {
        _server = await FakeObjectServer.StartAsync();
        _stores = TestStores.At(_server.Url);
        _server["rows.csv"] = Rows(1);
    }

    public async ValueTask DisposeAsync()
    {
        _web.Dispose();
        _stores.Dispose();
        _folder.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("http")]
    [InlineData("s3")]
    public async Task Fetch_EnsureAFileIsFetchedOnceAndAgainOnlyWhereItIsAnother(string scheme)
    {
        var spec = Spec(scheme == "s3" ? "s3://bucket/rows.csv" : Url);
        var remote = Remote();

        await remote.Fetch(spec, null, Cancel);
        Assert.Equal(Rows(1), await File.ReadAllBytesAsync(remote.Cache.Find(spec.Data.Train.Files[0], null)!, Cancel));
        Assert.Equal([Sha(Rows(1))], Directory.GetFiles(Cached).Select(Path.GetFileName));

        // Another silo process on the same disk: the server says that it is the same.
        var before = _server.Requests.Count;
        File.SetLastWriteTimeUtc(Path.Combine(Cached, Sha(Rows(1))), DateTime.UnixEpoch);
        await Remote().Fetch(spec, null, Cancel);
        Assert.Equal(1, _server.Requests.Count - before);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(Path.Combine(Cached, Sha(Rows(1)))));

        _server["rows.csv"] = Rows(2);
        await remote.Fetch(spec, null, Cancel);
        Assert.Equal(Rows(2), await File.ReadAllBytesAsync(remote.Cache.Find(spec.Data.Train.Files[0], null)!, Cancel));
    }

    [Fact]
    public async Task Load_EnsureAnExperimentKeepsTheRowsOfItsSubmitWhateverTheServerHasOrWhetherItIsThere()
    {
        var (yaml, spec) = (Yaml(Url), Spec(Url));
        var facts = (await new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, null, Cancel)).Facts;
        Assert.Equal(new DataFile(Url, Sha(Rows(1)), Rows(1).Length), Assert.Single(facts.Files));

        _server["rows.csv"] = Rows(2);
        _server.Fault = _ => ObjectFault.Failed;
        var requests = _server.Requests.Count;
        Assert.Equal(facts.TrainCount, (await new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, facts, Cancel)).Train.Count);
        Assert.Equal(requests, _server.Requests.Count);

        // A silo that has no copy says what it lacks, and goes on when it is there.
        Directory.Delete(Cached, recursive: true);
        _server.Fault = _ => ObjectFault.Forbidden;
        var away = await Assert.ThrowsAsync<DataException>(() => new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, facts, Cancel));
        Assert.Contains($"data.train: '{Url}' cannot be fetched: 127.0.0.1 answers 403", away.Message, StringComparison.Ordinal);
        _server.Fault = _ => null;
        var other = await Assert.ThrowsAsync<DataException>(() => new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, facts, Cancel));
        Assert.Contains($"it is another file now: its SHA-256 is {Sha(Rows(2))}, and {Sha(Rows(1))} is asked for.", other.Message, StringComparison.Ordinal);
        _server["rows.csv"] = Rows(1);
        Assert.Equal(facts.TrainCount, (await new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, facts, Cancel)).Train.Count);
    }

    [Fact]
    public async Task Load_EnsureADamagedCopyIsFoundAndFetchedAgain()
    {
        var (yaml, spec) = (Yaml(Url), Spec(Url));
        var facts = (await new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, null, Cancel)).Facts;
        await File.WriteAllBytesAsync(Path.Combine(Cached, Sha(Rows(1))), Rows(3), Cancel);

        await Assert.ThrowsAsync<DataException>(() => new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, facts, Cancel));
        Assert.Equal(facts.TrainCount, (await new DatasetCache(new(), remote: Remote()).Load(yaml, "/", spec, facts, Cancel)).Train.Count);
    }

    [Fact]
    public async Task Fetch_EnsureADownloadThatBreaksOffIsContinued()
    {
        var content = new byte[3_000_000];
        new Random(3).NextBytes(content);
        _server["rows.csv"] = content;
        var cuts = 0;
        _server.Fault = _ => Interlocked.Increment(ref cuts) == 1 ? ObjectFault.CutTheDownload : null;

        await Remote().Fetch(Spec(Url), null, Cancel);

        Assert.Equal(content, await File.ReadAllBytesAsync(Path.Combine(Cached, Sha(content)), Cancel));
        Assert.Matches("^bytes=[1-9][0-9]*-$", _server.Ranges[^1]);
        Assert.Single(Directory.GetFiles(Cached));
    }

    [Fact]
    public async Task Fetch_EnsureWhatTheSpecPinsIsHeldToAndNotAskedForTwice()
    {
        var wrong = Spec(Url, new string('a', 64));
        var failure = await Assert.ThrowsAsync<DataException>(() => Remote().Fetch(wrong, null, Cancel));
        Assert.Contains($"and {new string('a', 64)} is asked for", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Cached));

        await Remote().Fetch(Spec(Url, Sha(Rows(1))), null, Cancel);
        var requests = _server.Requests.Count;
        _server["rows.csv"] = Rows(2);
        await Remote().Fetch(Spec(Url, Sha(Rows(1))), null, Cancel);
        Assert.Equal(requests, _server.Requests.Count);
    }

    [Fact]
    public async Task Fetch_EnsureAFileThatIsTooLargeIsRefusedAndOldCopiesMakeRoom()
    {
        var failure = await Assert.ThrowsAsync<DataException>(() => Remote(limit: 10).Fetch(Spec(Url), null, Cancel));
        Assert.Contains($"it has {Rows(1).Length} bytes; this silo keeps 10 of remote data (--remote-data-limit).", failure.Message, StringComparison.Ordinal);

        var remote = Remote(limit: Rows(1).Length + 1);
        await remote.Fetch(Spec(Url), null, Cancel);
        _server["rows.csv"] = Rows(2);
        await remote.Fetch(Spec(Url), null, Cancel);
        Assert.Equal([Sha(Rows(2))], Directory.GetFiles(Cached).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Fetch_EnsureEveryFileThatCannotBeHadIsNamedWithoutItsKeys()
    {
        var spec = SpecParser.Parse(Yaml(Url + "?key=marker-of-a-secret").Replace("bucket/rows.csv", "bucket/none.csv", StringComparison.Ordinal)
            + "weights: s3://bucket/none/step-0000000001-gen-1\n", "/").Spec!;
        var failure = await Assert.ThrowsAsync<DataException>(() => Remote().Fetch(spec, null, Cancel));
        Assert.Equal(2, failure.Problems.Count);
        Assert.EndsWith("none.csv?...' cannot be fetched: 127.0.0.1 answers 404.", failure.Problems[0], StringComparison.Ordinal);
        Assert.Equal(
            "weights: 's3://bucket/none/step-0000000001-gen-1/weights.safetensors' cannot be fetched: there is no such object.", failure.Problems[1]);
        Assert.DoesNotContain("marker", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_EnsurePlainHttpIsNotReadByASiloThatOthersReach()
    {
        using var web = new HttpOrigin(plain: false, new());
        var failure = await Assert.ThrowsAsync<DataException>(() => new RemoteData(
            new DataFolder(_folder.At("silo")), new() { Limit = 1 << 20 }, web, new ObjectOrigin(_stores), TimeProvider.System).Fetch(Spec(Url), null, Cancel));
        Assert.Contains("http:// is read only by silos that no other machine reaches", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Theory]
    [InlineData("http://example.com/rows.csv", "read from this machine only")]
    [InlineData("https://user:secret@example.com/rows.csv", "user and password have no place in a spec")]
    [InlineData("https://example.com/", "it names no file")]
    [InlineData("s3://bucket", "it names no file")]
    public void Spec_WithAUrlThatCannotBe_IsRefused(string url, string words) => Assert.Contains(
        words, Assert.Single(SpecParser.Parse(Yaml(url), "/").Violations).Message, StringComparison.Ordinal);

    [Fact]
    public void Spec_WithASha256ForEachFile_IsTakenAndAnyOtherNumberRefused()
    {
        Assert.Equal([new string('a', 64)], Spec(Url, new string('A', 64)).Data.Train.Sha256);
        var twice = SpecParser.Parse(
            Yaml(Url).Replace("target: y", $"target: y, sha256: [{new string('a', 64)}, {new string('b', 64)}]", StringComparison.Ordinal), "/");
        Assert.Contains("2 values for 1 file; give one for each", Assert.Single(twice.Violations).Message, StringComparison.Ordinal);
        var none = SpecParser.Parse(Yaml(Url).Replace("target: y", "target: y, sha256: abc", StringComparison.Ordinal), "/");
        Assert.Contains("is no SHA-256; allowed: 64 hexadecimal digits", Assert.Single(none.Violations).Message, StringComparison.Ordinal);
    }

    private RemoteData Remote(long limit = 1 << 30) =>
        new(new DataFolder(_folder.At("silo")), new() { Limit = limit }, _web, new ObjectOrigin(_stores), TimeProvider.System);

    private static byte[] Rows(int seed) =>
        Encoding.UTF8.GetBytes("x,y\n" + string.Concat(Enumerable.Range(0, 20).Select(row => $"{row},{(row * 2) + seed}\n")));

    private static string Sha(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static ExperimentSpec Spec(string url, string? sha256 = null) => SpecParser.Parse(
        sha256 is null ? Yaml(url) : Yaml(url).Replace("target: y", $"target: y, sha256: {sha256}", StringComparison.Ordinal), "/").Spec!;

    private static string Yaml(string url) => $$"""
        name: remote
        data:
          train: { format: csv, path: "{{url}}", features: [x], target: y }
        model: { layers: [ { linear: 1 } ] }
        loss: mean_squared_error
        optimizer: { sgd: { learning_rate: 0.01 } }
        batch_size: 4
        epochs: 1

        """;
}
