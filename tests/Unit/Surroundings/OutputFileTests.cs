using Sheaf.Client.Commands;
using Sheaf.Client.Failures;
using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

/// <summary>Files that a user names for a result: what is there already is given up only for a whole one.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-output-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void WhatStoodThere_StaysUntilTheNewIsWhole()
    {
        File.WriteAllText(At("out"), "old");
        using (var broken = OutputFile.Create(At("out")))
        {
            broken.Content.Write("half"u8);
        }

        Assert.Equal("old", File.ReadAllText(At("out")));
        using (var whole = OutputFile.Create(At("out")))
        {
            whole.Content.Write("new"u8);
            Assert.Equal("old", File.ReadAllText(At("out")));
            whole.Complete();
        }

        Assert.Equal("new", File.ReadAllText(At("out")));
        Assert.Equal(["out"], Names());
    }

    [Fact]
    public void Link_StaysOne_AndWhatItLeadsToIsWritten()
    {
        File.WriteAllText(At("real"), "old");
        File.CreateSymbolicLink(At("link"), "real");
        using (var file = OutputFile.Create(At("link")))
        {
            file.Content.Write("new"u8);
            file.Complete();
        }

        Assert.Equal(("real", "new"), (new FileInfo(At("link")).LinkTarget, File.ReadAllText(At("real"))));
    }

    [Fact]
    public void Device_IsWrittenAndNeverReplaced()
    {
        File.CreateSymbolicLink(At("full"), "/dev/full");

        Assert.Throws<IOException>(() =>
        {
            using var file = OutputFile.Create(At("full"));
            file.Content.Write(new byte[1 << 16]);
            file.Complete();
        });

        Assert.Equal("/dev/full", new FileInfo(At("full")).LinkTarget);
        Assert.Equal(["full"], Names());
    }

    /// <summary>What verbs write as a text: reports, schemas, graphs.</summary>
    [Theory]
    [InlineData("link", "/dev/full")]
    [InlineData("link", "/dev/null")]
    [InlineData("link", "real")]
    public async Task Text_IsWrittenLikewise(string name, string target)
    {
        await File.WriteAllTextAsync(At("real"), "old", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(At(name), target);

        var failure = await Record.ExceptionAsync(() => WholeFile.WriteAsync(At(name), "new", "the report", TestContext.Current.CancellationToken));

        Assert.Equal(target == "/dev/full" ? typeof(CliException) : null, failure?.GetType());
        Assert.Equal(target, new FileInfo(At(name)).LinkTarget);
        Assert.Equal(target == "real" ? "new" : "old", await File.ReadAllTextAsync(At("real"), TestContext.Current.CancellationToken));
        Assert.Equal(["link", "real"], Names());
    }

    /// <summary>A disk that becomes full: what is buffered cannot be written either when the file is closed.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1 << 16)]
    public void FullDisk_LeavesWhatStoodThereAndNothingElse(int bytes)
    {
        File.WriteAllText(At("out"), "old");
        File.CreateSymbolicLink(At("out.partial"), "/dev/full");

        Assert.Throws<IOException>(() =>
        {
            using var file = OutputFile.Create(At("out"));
            file.Content.Write(new byte[bytes]);
            file.Complete();
        });

        Assert.Equal("old", File.ReadAllText(At("out")));
        Assert.Equal(["out"], Names());
    }

    [Fact]
    public async Task Pipe_IsWrittenAndNeverReplaced()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", At("pipe"));
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var read = Task.Run(() => File.ReadAllText(At("pipe")), TestContext.Current.CancellationToken);
        using (var file = OutputFile.Create(At("pipe")))
        {
            file.Content.Write("rows"u8);
            file.Complete();
        }

        Assert.Equal("rows", await read);
        Assert.Equal(["pipe"], Names());
    }

    [Theory]
    [InlineData("sub", "is a folder")]
    [InlineData("none/out", "there is no folder")]
    public void WhatCannotBeAFile_IsRefusedInWords(string name, string why)
    {
        _folder.CreateSubdirectory("sub");

        var failure = Assert.Throws<IOException>(() => OutputFile.Create(At(name)));

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Equal(["sub"], Names());
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private IEnumerable<string> Names() => _folder.EnumerateFileSystemInfos().Select(each => each.Name).Order(StringComparer.Ordinal);
}
