using FsCheck;
using FsCheck.Fluent;
using Orleans.Storage;
using Sheaf.Silo.Storage;

namespace Sheaf.Tests.Unit.Silo.Storage;

public sealed class DirectoryGrainStorageTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sheaf-state-").FullName;
    private readonly GrainId _grain = GrainId.Create("coordinator", "run/1 ä");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Read_OfAStateNeverWritten_IsEmptyWithoutATag()
    {
        var state = await Read(Storage());

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(0, state.State!.Number);
    }

    [Fact]
    public async Task Write_IsReadBackByAnotherInstance()
    {
        var state = new GrainState<Counter>(new Counter { Number = 7, Name = "seven", Loss = double.NaN });
        await Storage().WriteStateAsync("state", _grain, state);

        var read = await Read(Storage());

        Assert.True(read.RecordExists);
        Assert.Equal(state.ETag, read.ETag);
        Assert.Equal(state.State, read.State);
    }

    [Fact]
    public async Task Write_WithAStaleTag_IsRefusedAndChangesNothing()
    {
        var storage = Storage();
        var first = new GrainState<Counter>(new Counter { Number = 1 });
        await storage.WriteStateAsync("state", _grain, first);
        var stale = await Read(storage);
        first.State!.Number = 2;
        await storage.WriteStateAsync("state", _grain, first);

        stale.State!.Number = 100;
        var exception = await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", _grain, stale));

        Assert.Equal(first.ETag, exception.StoredEtag);
        Assert.Equal(2, (await Read(storage)).State!.Number);
    }

    [Fact]
    public async Task Write_WithoutATagOverAnExistingState_IsRefused()
    {
        var storage = Storage();
        await storage.WriteStateAsync("state", _grain, new GrainState<Counter>(new Counter()));

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("state", _grain, new GrainState<Counter>(new Counter())));
    }

    [Fact]
    public async Task Clear_RemovesTheState_AndRefusesAStaleTag()
    {
        var storage = Storage();
        var state = new GrainState<Counter>(new Counter { Number = 1 });
        await storage.WriteStateAsync("state", _grain, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("state", _grain, new GrainState<Counter>(new Counter())));

        await storage.ClearStateAsync("state", _grain, state);

        Assert.False(state.RecordExists);
        Assert.Null(state.ETag);
        Assert.Equal(0, state.State!.Number);
        Assert.False((await Read(storage)).RecordExists);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(-1)]
    public async Task Read_OfATornFile_NamesTheFileAndIsNeverEmpty(int length)
    {
        var storage = Storage();
        await storage.WriteStateAsync("state", _grain, new GrainState<Counter>(new Counter { Number = 1 }));
        var path = storage.GetPath("state", _grain);
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.SetLength(length >= 0 ? length : file.Length + length);
        }

        var exception = await Assert.ThrowsAsync<CorruptStateException>(() => Read(storage));

        Assert.Contains(path, exception.Message);
    }

    [Fact]
    public async Task Read_OfAFileWithAnyByteChanged_IsRefused()
    {
        var storage = Storage();
        await storage.WriteStateAsync("state", _grain, new GrainState<Counter>(new Counter { Number = 1, Name = "one" }));
        var path = storage.GetPath("state", _grain);
        var original = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);

        for (var i = 0; i < original.Length; i++)
        {
            var changed = original.ToArray();
            changed[i] ^= 1;
            await File.WriteAllBytesAsync(path, changed, TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<CorruptStateException>(() => Read(storage));
        }
    }

    [Fact]
    public async Task Read_OfAFileThatBelongsToAnotherGrain_IsRefused()
    {
        var storage = Storage();
        var other = GrainId.Create("coordinator", "other");
        await storage.WriteStateAsync("state", other, new GrainState<Counter>(new Counter()));
        File.Copy(storage.GetPath("state", other), storage.GetPath("state", _grain));

        await Assert.ThrowsAsync<CorruptStateException>(() => Read(storage));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(100)]
    public async Task Write_OnAFullDisk_KeepsTheOldStateAndSaysSo(int room)
    {
        var storage = Storage();
        var state = new GrainState<Counter>(new Counter { Number = 1 });
        await storage.WriteStateAsync("state", _grain, state);
        var full = Storage(path => new FullDisk(path, room));
        state.State!.Number = 2;

        var exception = await Assert.ThrowsAsync<IOException>(() => full.WriteStateAsync("state", _grain, state));

        Assert.Contains("No space left", exception.Message);
        Assert.DoesNotContain("try again", exception.Message);
        Assert.Equal(1, (await Read(storage)).State!.Number);
        await storage.WriteStateAsync("state", _grain, state);
        Assert.Equal(2, (await Read(storage)).State!.Number);
        Assert.Single(Directory.GetFiles(_root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Write_AfterAProcessDiedWhileWriting_SucceedsAndTheOldStateIsThere()
    {
        var storage = Storage();
        var state = new GrainState<Counter>(new Counter { Number = 1 });
        await storage.WriteStateAsync("state", _grain, state);
        await File.WriteAllTextAsync(storage.GetPath("state", _grain) + ".tmp", "half", TestContext.Current.CancellationToken);

        Assert.Equal(1, (await Read(storage)).State!.Number);
        state.State!.Number = 2;
        await storage.WriteStateAsync("state", _grain, state);

        Assert.Equal(2, (await Read(storage)).State!.Number);
    }

    [Fact]
    public void FileNames_OfDifferentTexts_AreDifferentAndSafe() => Prop.ForAll(
        ArbMap.Default.ArbFor<(NonNull<string>, NonNull<string>)>(),
        pair =>
        {
            var (a, b) = (pair.Item1.Get, pair.Item2.Get);
            var (x, y) = (StateFileNames.Encode(a), StateFileNames.Encode(b));
            return System.Text.Encoding.UTF8.GetBytes(a).AsSpan().SequenceEqual(System.Text.Encoding.UTF8.GetBytes(b)) == (x == y)
                && x.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || "-_%~".Contains(c)) && x.Length < 200;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FileNames_OfLongTexts_AreShortAndDifferent()
    {
        var name = StateFileNames.Encode(new string('x', 1000));

        Assert.True(name.Length < 200);
        Assert.NotEqual(name, StateFileNames.Encode(new string('x', 1001)));
    }

    private DirectoryGrainStorage Storage(Func<string, Stream>? createFile = null)
    {
        var options = new DirectoryGrainStorageOptions { Root = _root };
        options.CreateFile = createFile ?? options.CreateFile;
        return new DirectoryGrainStorage(options);
    }

    private async Task<GrainState<Counter>> Read(DirectoryGrainStorage storage)
    {
        var state = new GrainState<Counter>();
        await storage.ReadStateAsync("state", _grain, state);
        return state;
    }

    private sealed record Counter
    {
        public int Number { get; set; }

        public string? Name { get; set; }

        public double Loss { get; set; }
    }

    private sealed class FullDisk(string path, int room) : FileStream(path, FileMode.Create)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            base.Write(buffer.Span[..Math.Min(room, buffer.Length)]);
            return buffer.Length > room
                ? throw new IOException("No space left on device")
                : ValueTask.CompletedTask;
        }
    }
}
