using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Training.Checkpoints;

public sealed class CheckpointFaultTests : CheckpointStoreFixture
{
    private const int FilesOfACheckpoint = 3;

    /// <summary>Every write and every rename of a checkpoint fails once, as a full disk makes it fail.</summary>
    [Fact]
    public async Task WriteAsync_EnsureAFailureAtAnyPointLeavesNothingAndHarmsNothing()
    {
        var before = await Store().WriteAsync(Experiment, Snapshot(1), cancel: Cancel);
        var files = FilesUnderRoot();
        for (var failing = 1; failing <= 2 * FilesOfACheckpoint; failing++)
        {
            var faults = new ScriptedFaults();
            var hits = 0;
            using var armed = faults.Arm(FaultPoint.WhileCheckpointing, 3, 2, () =>
            {
                if (++hits == failing)
                {
                    throw new IOException("No space left on device");
                }
            });

            var failure = await Assert.ThrowsAsync<CheckpointException>(() => Store(faults).WriteAsync(Experiment, Snapshot(2), worker: 3, cancel: Cancel));

            Assert.Equal(failing, armed.Hits);
            Assert.Contains("The checkpoint of step 2 cannot be written", failure.Message, StringComparison.Ordinal);
            Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
            Assert.Equal(files, FilesUnderRoot());
            Assert.Equal(Describe(Snapshot(1)), Describe(await Store().ReadAsync(before.Path, Cancel)));
        }

        // Six hits were all: the seventh never comes, and the write succeeds.
        Assert.Equal(2, (await Store().WriteAsync(Experiment, Snapshot(2), cancel: Cancel)).Step);
    }

    /// <summary>The kernel's own ENOSPC, at each of the three files.</summary>
    [Theory]
    [InlineData("weights")]
    [InlineData("optimizer")]
    [InlineData("manifest")]
    public async Task WriteAsync_EnsureADiskThatIsReallyFullIsReported(string file)
    {
        var store = new DirectoryCheckpointStore(Root, TimeProvider.System, null, path => Path.GetFileName(path).StartsWith(file, StringComparison.Ordinal)
            ? new FileStream("/dev/full", FileMode.Open, FileAccess.Write)
            : DurableFiles.Create(path));

        var failure = await Assert.ThrowsAsync<CheckpointException>(() => store.WriteAsync(Experiment, Snapshot(2), cancel: Cancel));

        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await store.ListAsync(Experiment, Cancel));
        Assert.Equal([Path.Combine(Root, Experiment)], FilesUnderRoot());
    }

    [Fact]
    public async Task ReadAsync_EnsureAnyAlteredByteOfAnyFileIsFound()
    {
        var store = Store();
        var record = await store.WriteAsync(Experiment, Snapshot(5), cancel: Cancel);
        foreach (var file in Directory.GetFiles(record.Path))
        {
            var bytes = await File.ReadAllBytesAsync(file, Cancel);
            for (var place = 0; place < bytes.Length; place += 7)
            {
                bytes[place] ^= 0x04;
                await File.WriteAllBytesAsync(file, bytes, Cancel);
                var failure = await Assert.ThrowsAsync<CheckpointException>(() => store.ReadAsync(record.Path, Cancel));
                Assert.Contains(file, failure.Message, StringComparison.Ordinal);
                Assert.False((await store.VerifyAsync(record.Path, Cancel)).IsIntact);
                bytes[place] ^= 0x04;
            }

            await File.WriteAllBytesAsync(file, bytes, Cancel);
        }

        Assert.True((await store.VerifyAsync(record.Path, Cancel)).IsIntact);
    }

    [Fact]
    public async Task VerifyAsync_EnsureEachDamageIsNamed()
    {
        var store = Store();
        var record = await store.WriteAsync(Experiment, Snapshot(5), cancel: Cancel);
        var weights = Path.Combine(record.Path, "weights.safetensors");
        var optimizer = Path.Combine(record.Path, "optimizer.safetensors");
        var bytes = await File.ReadAllBytesAsync(weights, Cancel);
        await File.WriteAllBytesAsync(weights, bytes[..^1], Cancel);
        await File.AppendAllTextAsync(optimizer, "x", Cancel);

        var problems = (await store.VerifyAsync(record.Path, Cancel)).Problems;

        Assert.Equal($"'{weights}' has {bytes.Length - 1} bytes, not the {bytes.Length} of the manifest: it is truncated.", problems[0]);
        Assert.EndsWith("it is longer.", problems[1], StringComparison.Ordinal);
        File.Delete(weights);
        bytes = await File.ReadAllBytesAsync(optimizer, Cancel);
        bytes[^2] ^= 1;
        await File.WriteAllBytesAsync(optimizer, bytes[..^1], Cancel);
        problems = (await store.VerifyAsync(record.Path, Cancel)).Problems;
        Assert.Equal($"'{weights}' is missing.", problems[0]);
        Assert.StartsWith($"'{optimizer}' was altered: its SHA-256 is ", problems[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is no manifest of a checkpoint")]
    [InlineData("not JSON", "is no manifest of a checkpoint")]
    [InlineData("null", "has the format ''")]
    [InlineData("{\"format\":\"sheaf-checkpoint-1\"}", "is no manifest of a checkpoint")]
    public async Task ReadAsync_EnsureAManifestThatIsNoneIsNamed(string text, string message)
    {
        var store = Store();
        var record = await store.WriteAsync(Experiment, Snapshot(5), cancel: Cancel);
        var manifest = Path.Combine(record.Path, "manifest.json");
        await File.WriteAllTextAsync(manifest, text, Cancel);

        var failure = await Assert.ThrowsAsync<CheckpointException>(() => store.ReadAsync(record.Path, Cancel));

        Assert.StartsWith($"'{manifest}' {message}", failure.Message, StringComparison.Ordinal);
        Assert.Equal(failure.Message, Assert.Single(await store.ListAsync(Experiment, Cancel)).Problem);
        Assert.Equal([failure.Message], (await store.VerifyAsync(record.Path, Cancel)).Problems);
    }

    [Fact]
    public async Task ReadAsync_EnsureATornOrMovedCheckpointSaysSo()
    {
        var store = Store();
        var record = await store.WriteAsync(Experiment, Snapshot(5), cancel: Cancel);
        var elsewhere = Path.Combine(Root, Experiment, "step-0000000006-gen-1");
        Directory.Move(record.Path, elsewhere);

        Assert.Contains(
            "is that of 'step-0000000005-gen-1'",
            (await Assert.ThrowsAsync<CheckpointException>(() => store.ReadAsync(elsewhere, Cancel))).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "does not exist", (await Assert.ThrowsAsync<CheckpointException>(() => store.ReadAsync(record.Path, Cancel))).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(elsewhere, "manifest.json"));
        Assert.Contains(
            "its writing never ended",
            (await Assert.ThrowsAsync<CheckpointException>(() => store.ReadAsync(elsewhere, Cancel))).Message,
            StringComparison.Ordinal);
        Assert.Empty(await store.ListAsync(Experiment, Cancel));
    }

    [Fact]
    public async Task LatestIntact_EnsureDamagedOnesArePassedOverAndReported()
    {
        var store = Store();
        var records = new List<Sheaf.Records.CheckpointRecord>();
        for (var step = 1; step <= 4; step++)
        {
            records.Add(await store.WriteAsync(Experiment, Snapshot(step), cancel: Cancel));
        }

        await File.WriteAllTextAsync(Path.Combine(records[3].Path, "manifest.json"), "{", Cancel);
        await File.WriteAllTextAsync(Path.Combine(records[2].Path, "weights.safetensors"), "torn", Cancel);

        var found = await LatestIntact.FindAsync(store, Experiment, Cancel);

        Assert.Equal(records[1], found.Record);
        Assert.Equal(Describe(Snapshot(2)), Describe(found.Snapshot!));
        Assert.Equal(2, found.Skipped.Count);
        Assert.Contains("step-0000000004-gen-1", found.Skipped[0], StringComparison.Ordinal);
        Assert.Contains("truncated", found.Skipped[1], StringComparison.Ordinal);
        Assert.Equal(records[0], (await LatestIntact.FindAsync(store, [records[3], records[0], records[1]], Cancel)).Record);
        Assert.Null((await LatestIntact.FindAsync(store, [records[3]], Cancel)).Record);
        Assert.Null((await LatestIntact.FindAsync(store, "empty", Cancel)).Record);
    }
}
