using Sheaf.Surroundings;

namespace Sheaf.Tests.Unit.Surroundings;

public sealed class ShortFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sheaf-short-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("a token\n")]
    [InlineData("12345678")]
    public void Read_GivesWhatTheFileHas(string text)
    {
        File.WriteAllText(At("file"), text);

        Assert.Equal(text, ShortFile.ReadText(At("file"), 8));
    }

    [Fact]
    public async Task Read_TakesAPipe_WhichIsWhatAShellGivesForASecret()
    {
        using var made = System.Diagnostics.Process.Start("mkfifo", At("pipe"));
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var write = Task.Run(() => File.WriteAllText(At("pipe"), "secret"), TestContext.Current.CancellationToken);

        Assert.Equal("secret", ShortFile.ReadText(At("pipe"), 8));
        await write;
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/urandom")]
    [InlineData("nine")]
    public void Read_OfWhatIsLonger_OrHasNoEnd_IsRefused(string path)
    {
        File.WriteAllText(At("nine"), "123456789");

        var failure = Assert.Throws<IOException>(() => ShortFile.Read(path[0] == '/' ? path : At(path), 8));

        Assert.Equal("it has more than 8 bytes", failure.Message);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);
}
