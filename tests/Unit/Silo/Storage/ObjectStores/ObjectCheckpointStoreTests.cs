using System.Security.Cryptography;
using Sheaf.Silo.Storage.ObjectStores;
using Sheaf.Tests.ObjectStores;
using Sheaf.Tests.Unit.Training.Checkpoints;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Silo.Storage.ObjectStores;

/// <summary>The real client against a store that fails as it is told.</summary>
public sealed class ObjectCheckpointStoreTests : IAsyncLifetime
{
    private const string Experiment = "exp-1";
    private const string Root = "s3://bucket/team/checkpoints";
    private const string Weights = "team/checkpoints/exp-1/step-0000000007-gen-1/weights.safetensors";
    private const string Manifest = "team/checkpoints/exp-1/step-0000000007-gen-1/manifest.json";

    private FakeObjectServer _server = null!;
    private Sheaf.Silo.Storage.ObjectStores.Buckets _stores = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeObjectServer.StartAsync();
        _stores = TestStores.At(_server.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _stores.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task WriteAsync_EnsureReadAsyncGivesTheSameBackAndTheFilesAreThoseOfADirectory()
    {
        var snapshot = CheckpointSamples.Snapshot(1200, 3, score: 0.25);

        var record = await Store().WriteAsync(Experiment, snapshot, cancel: Cancel);

        Assert.Equal($"{Root}/exp-1/step-0000001200-gen-3", record.Path);
        Assert.Equal((1200, 3, 0.25), (record.Step, record.Generation, record.Score));
        Assert.Equal(
            ["manifest.json", "optimizer.safetensors", "weights.safetensors"],
            _server.Keys.Select(key => key.Replace("team/checkpoints/exp-1/step-0000001200-gen-3/", "", StringComparison.Ordinal)));
        Assert.Equal(_server.Keys.Sum(key => _server[key].Length), record.Bytes);
        Assert.Equal(CheckpointSamples.Describe(snapshot), CheckpointSamples.Describe(await Store().ReadAsync(record.Path, Cancel)));
        var verification = await Store().VerifyAsync(record.Path, Cancel);
        Assert.True(verification.IsIntact, string.Join(' ', verification.Problems));
        Assert.Equal(record, verification.Record);
    }

    [Fact]
    public async Task ListAsync_EnsureNewestComesFirstOverManyPages()
    {
        _server.PageSize = 2;
        var store = Store();
        foreach (var (step, generation) in ((long, long)[])[(5, 1), (20, 1), (5, 2), (10, 3)])
        {
            await store.WriteAsync(Experiment, CheckpointSamples.Snapshot(step, generation), cancel: Cancel);
        }

        await store.WriteAsync("exp-10", CheckpointSamples.Snapshot(99), cancel: Cancel);
        _server["team/checkpoints/exp-1/notes/a.txt"] = [1];
        Assert.Equal(
            [(20, 1), (10, 3), (5, 2), (5, 1)],
            (await store.ListAsync(Experiment, Cancel)).Select(entry => (entry.Record!.Step, entry.Record.Generation)));
        Assert.Empty(await store.ListAsync("another", Cancel));
    }

    [Fact]
    public async Task WriteAsync_EnsureTheSameStateAgainGivesTheSameRecordAndAnotherIsRefused()
    {
        var first = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7), cancel: Cancel);
        var before = _server[Weights];

        Assert.Equal(first, await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7), cancel: Cancel));
        var refused = await Assert.ThrowsAsync<CheckpointException>(
            () => Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7, fill: 9), cancel: Cancel));

        Assert.Contains("holds another checkpoint already", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, _server[Weights]);
        Assert.Equal(CheckpointSamples.Describe(CheckpointSamples.Snapshot(7)), CheckpointSamples.Describe(await Store().ReadAsync(first.Path, Cancel)));
    }

    /// <summary>A first attempt was carried out and its answer was lost: the second meets its own work.</summary>
    [Theory]
    [InlineData("manifest.json", ObjectFault.LoseTheAnswer)]
    [InlineData("manifest.json", ObjectFault.FailedAfterwards)]
    [InlineData("weights.safetensors", ObjectFault.LoseTheAnswer)]
    [InlineData("weights.safetensors", ObjectFault.FailedAfterwards)]
    [InlineData("weights.safetensors", ObjectFault.CutTheUpload)]
    [InlineData("weights.safetensors", ObjectFault.SlowDown)]
    [InlineData("optimizer.safetensors", ObjectFault.Failed)]
    internal async Task WriteAsync_EnsureOneFailureOfTheStoreIsOvercome(string file, ObjectFault fault)
    {
        var struck = FailOnce(request => request.StartsWith("PUT ", StringComparison.Ordinal) && request.EndsWith(file, StringComparison.Ordinal), fault);

        var record = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7), cancel: Cancel);

        Assert.True(struck());
        Assert.True((await Store().VerifyAsync(record.Path, Cancel)).IsIntact);
        Assert.Equal(record, Assert.Single(await Store().ListAsync(Experiment, Cancel)).Record);
    }

    [Fact]
    public async Task WriteAsync_EnsureAStoreThatGoesOnFailingIsNamedAndHarmsNothing()
    {
        var before = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(1), cancel: Cancel);
        foreach (var (fault, words) in new[]
        {
            (ObjectFault.SlowDown, "asks to be called less often (503 SlowDown)"), (ObjectFault.Failed, "answers 500 (500 InternalError)"),
            (ObjectFault.Forbidden, "refuses these credentials for the bucket 'bucket' (403 AccessDenied)"),
        })
        {
            _server.Fault = request => request.StartsWith("PUT", StringComparison.Ordinal) ? fault : null;
            var failure = await Assert.ThrowsAsync<CheckpointException>(
                () => Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7), cancel: Cancel));

            Assert.StartsWith($"The checkpoint of step 7 cannot be written to '{Root}/exp-1/step-0000000007-gen-1': the object store "
                + $"at {_server.Url.GetLeftPart(
                UriPartial.Authority)} {words}", failure.Message, StringComparison.Ordinal);
            _server.Fault = _ => null;
            Assert.Equal(before, Assert.Single(await Store().ListAsync(Experiment, Cancel)).Record);
        }

        // The same checkpoint a minute later.
        Assert.True((await Store().VerifyAsync((await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7), cancel: Cancel)).Path, Cancel)).IsIntact);
    }

    /// <summary>The process dies, or loses its lease, before any of the calls.</summary>
    [Fact]
    public async Task WriteAsync_EnsureOneThatEndsAnywhereLeavesNoCheckpointAndASweepTakesItsRestAway()
    {
        for (var failing = 1; failing <= 3; failing++)
        {
            var faults = new ScriptedFaults();
            var hits = 0;
            using var armed = faults.Arm(FaultPoint.WhileCheckpointing, 3, 7, () =>
            {
                if (++hits == failing)
                {
                    throw new IOException("killed");
                }
            });

            await Assert.ThrowsAsync<CheckpointException>(
                () => Store(faults).WriteAsync(Experiment, CheckpointSamples.Snapshot(7), worker: 3, cancel: Cancel));

            Assert.Equal(failing, armed.Hits);
            Assert.DoesNotContain(Manifest, _server.Keys);
            Assert.Empty(await Store().ListAsync(Experiment, Cancel));
        }

        var torn = await Store().VerifyAsync($"{Root}/exp-1/step-0000000007-gen-1", Cancel);
        Assert.Contains("its writing never ended", Assert.Single(torn.Problems), StringComparison.Ordinal);
        Assert.False(torn.IsAway);
        Assert.Equal([$"{Root}/exp-1/step-0000000007-gen-1"], await Store().DeleteUnknownAsync(Experiment, 2, 1, [], Cancel));
        Assert.Empty(_server.Keys);

        await Assert.ThrowsAsync<LeftException>(() => Store().WriteAsync(
            Experiment, CheckpointSamples.Snapshot(7), beforeManifest: () => throw new LeftException(), cancel: Cancel));
        Assert.DoesNotContain(Manifest, _server.Keys);
    }

    [Fact]
    public async Task DeleteUnknownAsync_EnsureWhatNobodyKnowsGoesAndUploadsThatNeverEnded()
    {
        var store = Store();
        var known = await store.WriteAsync(Experiment, CheckpointSamples.Snapshot(1, 1), cancel: Cancel);
        var unknown = await store.WriteAsync(Experiment, CheckpointSamples.Snapshot(2, 1), cancel: Cancel);
        var newer = await store.WriteAsync(Experiment, CheckpointSamples.Snapshot(9, 1), cancel: Cancel);
        var current = await store.WriteAsync(Experiment, CheckpointSamples.Snapshot(3, 2), cancel: Cancel);
        var torn = "team/checkpoints/exp-1/step-0000000004-gen-1/weights.safetensors";
        _server.Begin(torn);
        _server.Begin("team/checkpoints/exp-1/step-0000000005-gen-2/weights.safetensors");
        _server.Begin("team/checkpoints/exp-2/step-0000000005-gen-1/weights.safetensors");

        Assert.Equal(
            [unknown.Path, $"s3://bucket/{torn} (an upload that did not end)"], await store.DeleteUnknownAsync(Experiment, 2, 3, [known.Path], Cancel));

        Assert.Equal([newer, current, known], (await store.ListAsync(Experiment, Cancel)).Select(entry => entry.Record));
        Assert.DoesNotContain(torn, _server.Uploads);
        Assert.Equal(2, _server.Uploads.Count);
    }

    [Fact]
    public async Task DeleteAsync_EnsureItIsGoneAndOthersAreNot()
    {
        var first = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(1), cancel: Cancel);
        var second = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(2), cancel: Cancel);

        await Store().DeleteAsync(first.Path, Cancel);
        await Store().DeleteAsync(first.Path, Cancel);

        Assert.Equal(3, _server.Keys.Count);
        Assert.Equal(second, Assert.Single(await Store().ListAsync(Experiment, Cancel)).Record);
        Assert.True((await Store().VerifyAsync(first.Path, Cancel)).IsAway);
    }

    [Theory]
    [InlineData("s3://bucket/team/checkpoints")]
    [InlineData("s3://bucket/team/checkpoints/exp-1")]
    [InlineData("s3://bucket/team/checkpoints/exp-1/notes")]
    [InlineData("s3://bucket/team/checkpoints/exp-1/../step-0000000001-gen-1")]
    [InlineData("step-0000000001-gen-1")]
    public async Task Paths_EnsureNothingElsewhereIsTouched(string path)
    {
        var failure = await Assert.ThrowsAsync<CheckpointException>(() => Store().DeleteAsync(path, Cancel));
        Assert.Contains("is no checkpoint of 's3://bucket/team/checkpoints'", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<CheckpointException>(() => Store().ReadAsync(path, Cancel));
        await Assert.ThrowsAsync<CheckpointException>(() => Store().FilesAsync(path, Cancel));
        Assert.True((await Store().VerifyAsync(path, Cancel)).IsAway);
        Assert.Empty(_server.Requests);
    }

    /// <summary>One that was a directory, or another bucket.</summary>
    [Theory]
    [InlineData("/srv/checkpoints")]
    [InlineData("s3://other/x")]
    public async Task Paths_OfAnEarlierPlace_AreFoundByExperimentAndName(string before)
    {
        await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(1), cancel: Cancel);
        var old = $"{before}/exp-1/step-0000000001-gen-1";
        Assert.True((await Store().VerifyAsync(old, Cancel)).IsIntact);
        Assert.Empty(await Store().DeleteUnknownAsync(Experiment, 2, 9, [old], Cancel));
        await Store().DeleteAsync(old, Cancel);
        Assert.Empty(await Store().ListAsync(Experiment, Cancel));
    }

    [Fact]
    public async Task ReadAsync_EnsureAnAlteredOrMissingFileIsFoundAndTheOneBeforeIsUsed()
    {
        var before = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(1), cancel: Cancel);
        var record = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7), cancel: Cancel);
        foreach (var key in _server.Keys.Where(key => key.Contains("step-0000000007", StringComparison.Ordinal)))
        {
            var whole = _server[key];
            foreach (var damaged in new[] { whole[..^1], [.. whole, 1], [.. whole[..9], (byte)(whole[9] ^ 4), .. whole[10..]] })
            {
                _server[key] = damaged;
                Assert.Contains(
                    $"'s3://bucket/{key}'",
                    (await Assert.ThrowsAsync<CheckpointException>(() => Store().ReadAsync(record.Path, Cancel))).Message,
                    StringComparison.Ordinal);
                var found = await Store().VerifyAsync(record.Path, Cancel);
                Assert.Equal((false, false), (found.IsIntact, found.IsAway));
                Assert.Equal(before, (await LatestIntact.FindAsync(Store(), Experiment, Cancel)).Record);
            }

            _server.Remove(key);
            Assert.False((await Store().VerifyAsync(record.Path, Cancel)).IsIntact);
            _server[key] = whole;
        }

        Assert.True((await Store().VerifyAsync(record.Path, Cancel)).IsIntact);
    }

    [Theory]
    [InlineData(ObjectFault.CutTheDownload)]
    [InlineData(ObjectFault.SlowDown)]
    [InlineData(ObjectFault.Failed)]
    internal async Task ReadAsync_EnsureOneBreakIsOvercomeAndALastingOneSaysThatItIsAway(ObjectFault fault)
    {
        var record = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(7), cancel: Cancel);
        var struck = FailOnce(request => request == $"GET {Weights}", fault);
        Assert.Equal(
            CheckpointSamples.Describe(CheckpointSamples.Snapshot(7)), CheckpointSamples.Describe(await Store().ReadAsync(record.Path, Cancel)));
        Assert.True(struck());

        _server.Fault = request => request == $"GET {Weights}" && fault != ObjectFault.CutTheDownload ? fault : null;
        var found = await Store().VerifyAsync(record.Path, Cancel);
        Assert.Equal(fault != ObjectFault.CutTheDownload, found.IsAway);
    }

    /// <summary>Larger than a part: several are on their way at once.</summary>
    [Fact]
    public async Task WriteAsync_EnsureLargeFilesGoInPartsAndAFailedOneLeavesNoUploadBehind()
    {
        var large = Large(7);
        _server.Fault = request => request.Contains("partNumber=2", StringComparison.Ordinal) ? ObjectFault.Failed : null;
        await Assert.ThrowsAsync<CheckpointException>(() => Store().WriteAsync(Experiment, large, cancel: Cancel));
        Assert.Empty(_server.Uploads);

        // Cut off so that not even the end of the upload is heard.
        _server.Fault = request => request.Contains("partNumber=2", StringComparison.Ordinal)
            || request.StartsWith("DELETE", StringComparison.Ordinal) ? ObjectFault.SlowDown : null;
        await Assert.ThrowsAsync<CheckpointException>(() => Store().WriteAsync(Experiment, large, cancel: Cancel));
        Assert.Equal([Weights], _server.Uploads);

        // Of a part and of the end the answers are lost.
        var lost = new HashSet<string>();
        _server.Fault = request =>
            (request.Contains("partNumber=1&", StringComparison.Ordinal) || request.StartsWith($"POST {Weights}?uploadId", StringComparison.Ordinal))
            && lost.Add(request) ? ObjectFault.LoseTheAnswer : null;
        var record = await Store().WriteAsync(Experiment, large, cancel: Cancel);

        Assert.Equal(2, lost.Count);
        Assert.Empty(_server.Uploads);
        Assert.True((await Store().VerifyAsync(record.Path, Cancel)).IsIntact);
        Assert.Equal(WeightsHash.Of(large.Weights), Convert.ToHexStringLower(SHA256.HashData(_server[Weights])));
        Assert.Equal(WeightsHash.Of(large.Weights), WeightsHash.Of((await Store().ReadAsync(record.Path, Cancel)).Weights));
    }

    [Fact]
    public async Task OpenFileAsync_EnsureEveryFileCanBeDownloadedAndMatchesItsHash()
    {
        var record = await Store().WriteAsync(Experiment, CheckpointSamples.Snapshot(1), cancel: Cancel);
        var files = await Store().FilesAsync(record.Path, Cancel);

        Assert.Equal(["manifest.json", "weights.safetensors", "optimizer.safetensors"], files.Select(file => file.Name));
        foreach (var file in files)
        {
            await using var stream = await Store().OpenFileAsync(record.Path, file.Name, Cancel);
            Assert.Equal(file.Bytes, stream.Length);
            Assert.Equal(file.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Cancel)));
        }
    }

    [Fact]
    public async Task ProblemAsync_EnsureWhatKeepsAStoreFromTakingCheckpointsIsNamed()
    {
        var here = $"the object store at {_server.Url.GetLeftPart(UriPartial.Authority)}";
        Assert.Equal(
            $"No checkpoint can be written to 's3://nothing-here/x': the bucket 'nothing-here' is not in {here}. Create it, or correct its name.",
            await new ObjectCheckpointStore(_stores.Of("nothing-here"), new("nothing-here", "x"), new ObjectStoreOptions().LookWithin,
            TimeProvider.System).ProblemAsync(Cancel));

        _server.IgnoresConditions = true;
        Assert.Contains("does not heed If-None-Match", await Store().ProblemAsync(Cancel), StringComparison.Ordinal);
        _server.IgnoresConditions = false;

        var store = Store();
        _server.Fault = _ => ObjectFault.Forbidden;
        Assert.Contains("refuses these credentials for the bucket 'bucket'", await store.ProblemAsync(Cancel), StringComparison.Ordinal);
        await Assert.ThrowsAsync<CheckpointException>(() => store.OpenAsync(Experiment, mayCreate: true, Cancel));
        _server.Fault = _ => null;
        Assert.Null(await store.ProblemAsync(Cancel));
        await store.OpenAsync(Experiment, mayCreate: true, Cancel);
        Assert.Equal(["team/checkpoints/.sheaf-probe"], _server.Keys);

        // Another silo finds the object there; afterwards nobody writes any more.
        Assert.Null(await Store().ProblemAsync(Cancel));
        var before = _server.Requests.Count;
        Assert.Null(await store.ProblemAsync(Cancel));
        Assert.All(_server.Requests.Skip(before), request => Assert.StartsWith("GET", request, StringComparison.Ordinal));
        Assert.Empty(await store.ListAsync(Experiment, Cancel));
    }

    /// <summary>The SDK's own default is refused by stores that are older than it.</summary>
    [Fact]
    public async Task Store_ThatKnowsNoChecksumsTakesEverything()
    {
        _server.RefusesChecksums = true;
        Assert.Null(await Store().ProblemAsync(Cancel));
        var record = await Store().WriteAsync(Experiment, Large(7), cancel: Cancel);
        Assert.True((await Store().VerifyAsync(record.Path, Cancel)).IsIntact);
        await Store().DeleteAsync(record.Path, Cancel);
        Assert.Equal(["team/checkpoints/.sheaf-probe"], _server.Keys);
    }

    [Fact]
    public async Task ProblemAsync_EnsureAStoreThatIsNotThereIsSaidInWords()
    {
        using var stores = TestStores.At(new("http://127.0.0.1:9"));
        var problem = await new ObjectCheckpointStore(stores.Of("bucket"), new("bucket", ""), new ObjectStoreOptions().LookWithin,
            TimeProvider.System).ProblemAsync(Cancel);
        Assert.Equal(
            "No checkpoint can be written to 's3://bucket': the object store at http://127.0.0.1:9 cannot be reached (Connection refused).", problem);
    }

    private static CheckpointSnapshot Large(long step)
    {
        var bytes = new byte[(2 * S3Upload.PartBytes) + 12_345_678 & ~3];
        new Random(5).NextBytes(bytes);
        return CheckpointSamples.Snapshot(step) with { Weights = [new("w", ArrayType.Float32, [bytes.Length / 4], bytes)] };
    }

    private ObjectCheckpointStore Store(IFaultInjector? faults = null) =>
        new(_stores.Of(FakeObjectServer.Bucket), new("bucket", "team/checkpoints"), new ObjectStoreOptions().LookWithin, TimeProvider.System, faults);

    /// <summary>Whether it has struck.</summary>
    private Func<bool> FailOnce(Func<string, bool> which, ObjectFault fault)
    {
        var struck = 0;
        _server.Fault = request => which(request) && Interlocked.Exchange(ref struck, 1) == 0 ? fault : null;
        return () => Volatile.Read(ref struck) == 1;
    }

    private sealed class LeftException : Exception;
}
