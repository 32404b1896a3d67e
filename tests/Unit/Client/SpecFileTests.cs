using Sheaf.Client.Failures;
using Sheaf.Client.Specs;

namespace Sheaf.Tests.Unit.Client;

public sealed class SpecFileTests
{
    [Theory]
    [InlineData("/dev/zero", "has more than 8 MiB")]
    [InlineData("/proc/self", "it is a folder")]
    [InlineData("/no/such/spec.yaml", "")]
    public void Load_EnsureWhatIsNoSpecFileEndsAsBadUsage(string path, string why)
    {
        var failure = Assert.Throws<CliException>(() => SpecFile.Load(path, []));
        Assert.Equal(ExitCode.BadUsage, failure.ExitCode);
        Assert.Contains(why, failure.Why ?? "", StringComparison.Ordinal);
    }

    /// <summary>As a shell makes it of `&lt;(program)`, or a user with mkfifo.</summary>
    [Fact]
    public async Task Pipe_IsReadWhenSomebodyWritesIntoIt_AndNotWaitedForWithoutEnd()
    {
        var folder = Directory.CreateTempSubdirectory("sheaf-pipe-");
        try
        {
            var (silent, written) = (await PipeAsync("silent"), await PipeAsync("written"));

            var failure = Assert.Throws<CliException>(() => SpecFile.ReadPipe(silent, TimeSpan.FromMilliseconds(1)));
            Assert.Equal(ExitCode.BadUsage, failure.ExitCode);
            Assert.Contains("nobody wrote into", failure.Why, StringComparison.Ordinal);

            var writing = Task.Run(() => File.WriteAllText(written, "name: a"), TestContext.Current.CancellationToken);
            Assert.Equal("name: a", SpecFile.ReadPipe(written, TimeSpan.FromMinutes(1)));
            await writing;

            // Whoever still waits is let go.
            await File.WriteAllTextAsync(silent, "", TestContext.Current.CancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<string> PipeAsync(string name)
        {
            var path = Path.Combine(folder.FullName, name);
            using var made = System.Diagnostics.Process.Start("mkfifo", path);
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
            return path;
        }
    }
}
