namespace Sheaf.Tests.Architecture;

/// <summary>The task of the build that makes a library loadable where the system's libstdc++ is old (build/WeakenVersionNeed.cs), run by itself.</summary>
public sealed class WeakenVersionNeedTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-weaken-").FullName;

    private static string Library => Path.Combine(BuildOutput.TorchSharpPackage, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");

    private string Copy => Path.Combine(_folder, "copy.so");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task VersionThatTheSystemHas_LeavesTheCopyAsItIs()
    {
        var (code, output) = await RunAsync("GLIBCXX_3.4.21");
        Assert.True(code == 0, output);
        Assert.Equal(File.ReadAllBytes(Library), File.ReadAllBytes(Copy));
    }

    [Fact]
    public async Task VersionThatTheLibraryDoesNotNeed_IsAnErrorThatNamesBoth()
    {
        var (code, output) = await RunAsync("GLIBCXX_9.9.9");
        Assert.NotEqual(0, code);
        Assert.Contains($"{Library}: needs no version GLIBCXX_9.9.9", output, StringComparison.Ordinal);
        Assert.False(File.Exists(Copy));
    }

    private async Task<(int Code, string Output)> RunAsync(string version)
    {
        var project = Path.Combine(_folder, "weaken.proj");
        await File.WriteAllTextAsync(
            project,
            $"""
            <Project>
              <Import Project="{Path.Combine(BuildOutput.Root, "LibTorch.targets")}" />
              <Target Name="Weaken">
                <WeakenVersionNeed Source="{Library}" Destination="{Copy}" Version="{version}" />
              </Target>
            </Project>
            """,
            TestContext.Current.CancellationToken);
        return await BuildOutput.TryAsync("dotnet", "msbuild", "-nologo", "-nodeReuse:false", "-target:Weaken", project);
    }
}
