using Google.Protobuf;
using Sheaf.Client.Connections;
using Sheaf.Client.Downloading;
using Sheaf.Client.Failures;
using Sheaf.Client.Running;
using Sheaf.Client.Watching;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Tests.Unit.Client;

public sealed class SmallPartsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-client-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("lst", "list")]
    [InlineData("lsit", "list")]
    [InlineData("check", "checkpoint")]
    [InlineData("zebra", null)]
    public void NearestName_FindsWhatWasMeant(string typed, string? expected) =>
        Assert.Equal(expected, NearestName.Find(typed, ["list", "logs", "run", "checkpoint"]));

    [Theory]
    [InlineData("a", "a", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("list", "lsit", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_CountsEdits(string a, string b, int expected) => Assert.Equal(expected, NearestName.Distance(a, b));

    [Theory]
    [InlineData("127.0.0.1:7433", "http://127.0.0.1:7433/")]
    [InlineData("https://silo.example", "https://silo.example/")]
    public void ServerAddress_Parse_TakesUrlsAndHostWithPort(string text, string expected) =>
        Assert.Equal(expected, ServerAddress.Parse(text, "--server").ToString());

    [Theory]
    [InlineData("")]
    [InlineData("ftp://host")]
    [InlineData("http://host/path")]
    [InlineData("not a url")]
    public void ServerAddress_Parse_RefusesOthersAndSaysWhatIsTaken(string text)
    {
        var failure = Assert.Throws<CliException>(() => ServerAddress.Parse(text, "--server"));

        Assert.Equal(ExitCode.BadUsage, failure.ExitCode);
        Assert.Contains($"'{text}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("http://HOST:PORT", failure.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void BackOff_DoublesToFiveSecondsAndGivesUpInTheEnd()
    {
        var waits = Enumerable.Range(0, 8).Select(attempt => BackOff.Next(attempt, TimeSpan.Zero)!.Value.TotalSeconds);

        Assert.Equal([0.25, 0.5, 1, 2, 4, 5, 5, 5], waits);
        Assert.Null(BackOff.Next(9, BackOff.GiveUpAfter));
    }

    [Fact]
    public void NewId_IsAllowedByTheApiAndDiffersEachTime()
    {
        var name = new string('a', 63);

        var (first, second) = (Submission.NewId(name), Submission.NewId(name));

        Assert.Matches("^[a-z0-9-]{1,63}$", first);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Announcement_AbsentOrHalfWritten_IsNotYetThere()
    {
        var path = Path.Combine(_folder.FullName, "announce.json");

        Assert.Null(SiloAnnouncement.TryRead(path));
        File.WriteAllText(path, "{\"pid\":12,\"grpc\":\"http://127");
        Assert.Null(SiloAnnouncement.TryRead(path));
        File.WriteAllText(path, "{\"pid\":12,\"grpc\":\"http://127.0.0.1:5001\",\"http\":\"http://127.0.0.1:5002\"}\n");
        Assert.Equal(5001, SiloAnnouncement.TryRead(path)!.Port);
    }

    [Fact]
    public void LogTail_OfALongFile_IsItsLastLines()
    {
        var path = Path.Combine(_folder.FullName, "silo.log");
        File.WriteAllLines(path, Enumerable.Range(0, 10_000).Select(i => $"line {i}"));

        Assert.Equal(["line 9998", "line 9999"], LogTail.Read(path, 2));
        Assert.Empty(LogTail.Read(path + ".absent", 2));
    }

    [Fact]
    public void LogTail_FromAPlace_LeavesOlderRunsOut()
    {
        var path = Path.Combine(_folder.FullName, "silo.log");
        File.WriteAllText(path, "old run\n");
        File.AppendAllText(path, "new run\n");

        Assert.Equal(["new run"], LogTail.Read(path, 10, from: 8));
    }

    [Fact]
    public void SiloProgram_NamedButAbsent_IsAnErrorThatNamesTheVariable()
    {
        var failure = Assert.Throws<CliException>(
            () => SiloProgram.Find(name => name == "SHEAF_SILO" ? "/nowhere/Sheaf.Silo.dll" : null, _folder.FullName, null));

        Assert.Contains("/nowhere/Sheaf.Silo.dll", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SHEAF_SILO", failure.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void SiloProgram_BesideTheClientInABuild_IsFound()
    {
        var client = Directory.CreateDirectory(Path.Combine(_folder.FullName, "Client", "debug")).FullName;
        var silo = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.FullName, "Silo", "debug")).FullName, "Sheaf.Silo.dll");
        File.WriteAllText(silo, "");

        var (file, arguments) = SiloProgram.Find(_ => null, client + "/", "/usr/bin/dotnet");

        Assert.Equal("/usr/bin/dotnet", file);
        Assert.Equal([silo], arguments);
    }

    [Fact]
    public void DataDirectory_FollowsXdgThenHome()
    {
        Assert.Equal("/x/sheaf", DataDirectory.Default(name => name == "XDG_DATA_HOME" ? "/x" : "/home/u"));
        Assert.Equal("/home/u/.local/share/sheaf", DataDirectory.Default(name => name == "HOME" ? "/home/u" : null));
    }

    [Fact]
    public async Task Download_WholeFiles_GetTheirNames()
    {
        var target = Path.Combine(_folder.FullName, "model");

        var files = await CheckpointDownload.WriteAsync(Chunks(("a.bin", 4, [1, 2]), ("", 0, [3, 4]), ("b.json", 1, [5])), target, CancellationToken.None);

        Assert.Equal([(Path.Combine(target, "a.bin"), 4), (Path.Combine(target, "b.json"), 1)], files);
        Assert.Equal([1, 2, 3, 4], File.ReadAllBytes(Path.Combine(target, "a.bin")));
        Assert.Equal(["a.bin", "b.json"], Directory.GetFiles(target).Select(f => Path.GetFileName(f)).Order());
    }

    [Fact]
    public async Task Download_FileThatIsTooShort_FailsAndLeavesNothingHalf()
    {
        var target = Path.Combine(_folder.FullName, "model");

        var failure = await Assert.ThrowsAsync<CliException>(() => CheckpointDownload.WriteAsync(Chunks(("a.bin", 4, [1, 2])), target, CancellationToken.None));

        Assert.Contains("a.bin has 2 of 4 bytes", failure.Why, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(target));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/evil")]
    [InlineData("..")]
    public async Task Download_NameThatLeavesTheFolder_IsRefused(string name)
    {
        await Assert.ThrowsAsync<CliException>(
            () => CheckpointDownload.WriteAsync(Chunks((name, 1, [1])), Path.Combine(_folder.FullName, "model"), CancellationToken.None));

        Assert.DoesNotContain(_folder.EnumerateFiles("*", SearchOption.AllDirectories), file => file.Name.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public void ViolationLine_IsClickableAndLeavesOutWhatIsUnknown()
    {
        var violation = new Violation { Key = "epochs", Line = 3, Column = 9, Message = "0 is too small" };

        Assert.Equal("my.yaml:3:9: epochs: 0 is too small", ErrorReport.Line("my.yaml", violation));
        Assert.Equal("my.yaml: epochs: 0 is too small", ErrorReport.Line("my.yaml", new Violation { Key = "epochs", Message = "0 is too small" }));
        Assert.Equal("empty", ErrorReport.Line(null, new Violation { Message = "empty" }));
    }

    private static async IAsyncEnumerable<CheckpointChunk> Chunks(params (string File, long Size, byte[] Data)[] chunks)
    {
        foreach (var (file, size, data) in chunks)
        {
            await Task.Yield();
            yield return new CheckpointChunk { File = file, Size = size, Data = ByteString.CopyFrom(data) };
        }
    }
}
