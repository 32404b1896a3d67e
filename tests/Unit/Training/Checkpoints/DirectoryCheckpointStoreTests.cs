using System.Security.Cryptography;
using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Training.Checkpoints;

public sealed class DirectoryCheckpointStoreTests : CheckpointStoreFixture
{
    [Fact]
    public async Task WriteAsync_EnsureReadAsyncGivesTheSameBack()
    {
        var snapshot = Snapshot(1200, 3, score: 0.25);

        var record = await Store().WriteAsync(Experiment, snapshot, cancel: Cancel);

        Assert.Equal(Path.Combine(Root, Experiment, "step-0000001200-gen-3"), record.Path);
        Assert.Equal((1200, 3, 0.25), (record.Step, record.Generation, record.Score));
        Assert.Equal(WeightsHash.Of(snapshot.Weights), record.WeightsSha256);
        var files = Directory.GetFiles(record.Path);
        Assert.Equal(["manifest.json", "optimizer.safetensors", "weights.safetensors"], files.Select(Path.GetFileName).Order());
        Assert.Equal(files.Sum(file => new FileInfo(file).Length), record.Bytes);
        Assert.Equal(Describe(snapshot), Describe(await Store().ReadAsync(record.Path, Cancel)));
        var verification = await Store().VerifyAsync(record.Path, Cancel);
        Assert.True(verification.IsIntact);
        Assert.Equal(record, verification.Record);
    }

    [Fact]
    public async Task List_EnsureNewestComesFirst()
    {
        var store = Store();
        foreach (var (step, generation) in ((long, long)[])[(5, 1), (20, 1), (5, 2), (10, 3)])
        {
            await store.WriteAsync(Experiment, Snapshot(step, generation), cancel: Cancel);
        }

        Assert.Equal([(20, 1), (10, 3), (5, 2), (5, 1)],
            (await store.ListAsync(Experiment, Cancel)).Select(entry => (entry.Record!.Step, entry.Record.Generation)));
        Assert.Empty(await store.ListAsync("another", Cancel));
    }

    [Fact]
    public async Task WriteAsync_EnsureTheSameStateAgainGivesTheSameRecordAndAnotherIsRefused()
    {
        var store = Store();
        var first = await store.WriteAsync(Experiment, Snapshot(7), cancel: Cancel);
        var files = FilesUnderRoot();

        Assert.Equal(first, await store.WriteAsync(Experiment, Snapshot(7), cancel: Cancel));
        var refused = await Assert.ThrowsAsync<CheckpointException>(() => store.WriteAsync(Experiment, Snapshot(7, fill: 9), cancel: Cancel));

        Assert.Contains("holds another checkpoint already", refused.Message, StringComparison.Ordinal);
        Assert.Equal(files, FilesUnderRoot());
        Assert.Equal(Describe(Snapshot(7)), Describe(await store.ReadAsync(first.Path, Cancel)));
    }

    [Fact]
    public async Task Delete_EnsureItIsGoneAndOthersAreNot()
    {
        var store = Store();
        var first = await store.WriteAsync(Experiment, Snapshot(1), cancel: Cancel);
        var second = await store.WriteAsync(Experiment, Snapshot(2), cancel: Cancel);

        await store.DeleteAsync(first.Path, Cancel);
        await store.DeleteAsync(first.Path, Cancel);

        Assert.False(Directory.Exists(first.Path));
        Assert.Equal(second, Assert.Single(await store.ListAsync(Experiment, Cancel)).Record);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("exp-1")]
    [InlineData("exp-1/notes")]
    [InlineData("exp-1/../step-0000000001-gen-1")]
    [InlineData("exp-1/a/step-0000000001-gen-1")]
    public async Task Paths_EnsureNothingOutsideOfACheckpointIsTouched(string relative)
    {
        var path = Path.Combine(Root, relative);
        Assert.Contains("is no checkpoint of", (await Assert.ThrowsAsync<CheckpointException>(() => Store().DeleteAsync(path, Cancel))).Message,
            StringComparison.Ordinal);
        await Assert.ThrowsAsync<CheckpointException>(() => Store().ReadAsync(path, Cancel));
        await Assert.ThrowsAsync<CheckpointException>(() => Store().FilesAsync(path, Cancel));
    }

    /// <summary>A directory that was moved or mounted elsewhere, or restored from a backup, and one that was an object store.</summary>
    [Theory]
    [InlineData("/elsewhere/checkpoints")]
    [InlineData("s3://bucket/prefix")]
    public async Task Paths_OfAnEarlierPlace_AreFoundByExperimentAndName(string before)
    {
        var record = await Store().WriteAsync(Experiment, Snapshot(1), cancel: Cancel);
        var old = $"{before}/{Experiment}/step-0000000001-gen-1";
        Assert.True((await Store().VerifyAsync(old, Cancel)).IsIntact);
        Assert.Empty(await Store().DeleteUnknownAsync(Experiment, 2, 9, [old], Cancel));
        await Store().DeleteAsync(old, Cancel);
        Assert.False(Directory.Exists(record.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public async Task ExperimentIds_EnsureThoseThatAreNoFolderNamesAreRefused(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store().ListAsync(id, Cancel));

    [Fact]
    public async Task OpenFile_EnsureEveryFileCanBeDownloadedAndMatchesItsHash()
    {
        var store = Store();
        var record = await store.WriteAsync(Experiment, Snapshot(1), cancel: Cancel);

        var files = await store.FilesAsync(record.Path, Cancel);

        Assert.Equal(["manifest.json", "weights.safetensors", "optimizer.safetensors"], files.Select(file => file.Name));
        foreach (var file in files)
        {
            await using var stream = await store.OpenFileAsync(record.Path, file.Name, Cancel);
            Assert.Equal(file.Bytes, stream.Length);
            Assert.Equal(file.Sha256, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, Cancel)));
        }

        var none = await Assert.ThrowsAsync<CheckpointException>(() => store.OpenFileAsync(record.Path, "../x", Cancel));
        Assert.Contains("has no file '../x'", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteUnknown_EnsureTornFoldersOfLowerGenerationsGoAndWholeOnesThatNobodyKnows()
    {
        var store = Store();
        var whole = await store.WriteAsync(Experiment, Snapshot(1, 1), cancel: Cancel);
        var torn = Directory.CreateDirectory(Path.Combine(Root, Experiment, "step-0000000002-gen-1")).FullName;
        var current = Directory.CreateDirectory(Path.Combine(Root, Experiment, "step-0000000003-gen-2")).FullName;
        await File.WriteAllTextAsync(Path.Combine(torn, "weights.safetensors"), "half", Cancel);
        var foreign = Directory.CreateDirectory(Path.Combine(Root, Experiment, "notes")).FullName;

        Assert.Equal(whole, Assert.Single(await store.ListAsync(Experiment, Cancel)).Record);
        Assert.Equal([torn], await store.DeleteUnknownAsync(Experiment, 2, 1, [whole.Path], Cancel));

        Assert.False(Directory.Exists(torn));
        Assert.All([whole.Path, current, foreign], path => Assert.True(Directory.Exists(path)));
        Assert.Empty(await store.DeleteUnknownAsync(Experiment, 2, 0, [], Cancel));
        Assert.Equal([whole.Path], await store.DeleteUnknownAsync(Experiment, 2, 1, [], Cancel));
    }

    /// <summary>A silo that is killed while it writes a checkpoint for the second time leaves half of it beside the whole one.</summary>
    [Fact]
    public async Task DeleteUnknown_EnsureAKnownCheckpointLosesOnlyWhatAnotherWriteLeftInIt()
    {
        var store = Store();
        var whole = await store.WriteAsync(Experiment, Snapshot(1, 1), cancel: Cancel);
        var current = await store.WriteAsync(Experiment, Snapshot(2, 2), cancel: Cancel);
        foreach (var path in new[] { whole.Path, current.Path })
        {
            await File.WriteAllTextAsync(Path.Combine(path, "weights.safetensors.writing-1f2e"), "half", Cancel);
        }

        Assert.Equal([Path.Combine(whole.Path, "weights.safetensors.writing-1f2e")], await store.DeleteUnknownAsync(Experiment, 2, 1, [whole.Path], Cancel));

        Assert.Equal((3, 4), (Directory.GetFiles(whole.Path).Length, Directory.GetFiles(current.Path).Length));
        Assert.True((await store.VerifyAsync(whole.Path, Cancel)).IsIntact);
    }

    [Fact]
    public async Task DeleteUnknown_EnsureTheFolderOfAnExperimentThatHasNothingGoesToo()
    {
        var store = Store();
        await store.OpenAsync(Experiment, mayCreate: true, Cancel);
        Directory.CreateDirectory(Path.Combine(Root, Experiment, "step-0000000002-gen-1"));
        await store.OpenAsync("other", mayCreate: true, Cancel);
        await File.WriteAllTextAsync(Path.Combine(Root, "other", "notes"), "a user's", Cancel);

        await store.DeleteUnknownAsync(Experiment, 2, long.MaxValue, [], Cancel);
        await store.DeleteUnknownAsync("other", 2, long.MaxValue, [], Cancel);
        Assert.Empty(await store.DeleteUnknownAsync("never", 2, long.MaxValue, [], Cancel));

        Assert.Equal([Path.Combine(Root, "other"), Path.Combine(Root, "other", "notes")], FilesUnderRoot());
    }

    [Fact]
    public async Task WriteAsync_EnsureAFolderThatIsGoneIsNotMadeAnewWhereItWasThere()
    {
        var store = Store();
        var gone = await Assert.ThrowsAsync<CheckpointException>(() => store.WriteAsync(Experiment, Snapshot(1), mayCreate: false, cancel: Cancel));
        Assert.True(gone.IsAway);
        Assert.Contains("Is its file system mounted?", gone.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Root, Experiment)));
        await Assert.ThrowsAsync<CheckpointException>(() => store.OpenAsync(Experiment, mayCreate: false, Cancel));
        await store.OpenAsync(Experiment, mayCreate: true, Cancel);
        Assert.Equal(1, (await store.WriteAsync(Experiment, Snapshot(1), mayCreate: false, cancel: Cancel)).Step);
    }

    [Fact]
    public async Task VerifyAsync_EnsureWhatIsAwayIsToldFromWhatIsDamaged()
    {
        var store = Store();
        var record = await store.WriteAsync(Experiment, Snapshot(1), cancel: Cancel);
        Assert.False((await store.VerifyAsync(record.Path, Cancel)).IsAway);
        var weights = Path.Combine(record.Path, "weights.safetensors");
        File.Move(weights, weights + ".away");
        await File.WriteAllTextAsync(weights, "other bytes", Cancel);
        var damaged = await store.VerifyAsync(record.Path, Cancel);
        Assert.Equal((false, false), (damaged.IsIntact, damaged.IsAway));
        Directory.Move(record.Path, record.Path + "-moved");
        var away = await store.VerifyAsync(record.Path, Cancel);
        Assert.Equal((false, true), (away.IsIntact, away.IsAway));
    }

    [Fact]
    public async Task Problem_EnsureAFolderThatCannotBeIsFoundWithoutMakingIt()
    {
        Assert.Null(await new DirectoryCheckpointStore(Path.Combine(Root, "a", "b"), TimeProvider.System).ProblemAsync(Cancel));
        Assert.False(Directory.Exists(Path.Combine(Root, "a")));
        Directory.CreateDirectory(Root);
        var file = Path.Combine(Root, "file");
        File.WriteAllText(file, "");
        Assert.Contains($"'{file}' is a file", await new DirectoryCheckpointStore(Path.Combine(file, "b"), TimeProvider.System).ProblemAsync(Cancel),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(4095, true)]
    [InlineData(4096, false)]
    [InlineData(long.MaxValue, false)]
    public async Task Problem_EnsureADiskWithoutRoomIsNamed(long room, bool isFull)
    {
        var problem = await new DirectoryCheckpointStore(
            Path.Combine(Root, "a"), TimeProvider.System, null, DurableFiles.Create, folder => folder == Root ? room : 0).ProblemAsync(Cancel);

        Assert.Equal(
            isFull
                ? $"No checkpoint can be written to '{Path.Combine(Root, "a")}': no space is left on its disk. Free space, or name another folder with "
                    + "--checkpoints DIR."
                : null,
            problem);
    }

    [Fact]
    public void Room_EnsureTheDiskIsAskedAndOneThatDoesNotSayIsNotTakenForFull()
    {
        Assert.InRange(DurableFiles.Room(Root), 1, long.MaxValue - 1);
        Assert.Equal(long.MaxValue, DurableFiles.Room("/proc"));
        Assert.Equal(long.MaxValue, DurableFiles.Room(Path.Combine(Root, "nothing-here")));
    }

    [Fact]
    public async Task WriteAsync_EnsureACancelledWriteLeavesNothingBehind()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var faults = new ScriptedFaults();
        using var armed = faults.Arm(FaultPoint.WhileCheckpointing, 0, 4, source.Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store(faults).WriteAsync(Experiment, Snapshot(4), cancel: source.Token));

        Assert.True(armed.Hits > 0);
        Assert.Equal([Path.Combine(Root, Experiment)], FilesUnderRoot());
    }
}
