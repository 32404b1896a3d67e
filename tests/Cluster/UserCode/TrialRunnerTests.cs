using Sheaf.Silo.Storage;
using Sheaf.Silo.UserCode;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Tests.Unit.Training.UserCode;
using Sheaf.Training.Trials;

namespace Sheaf.Tests.Cluster.UserCode;

/// <summary>What a user's classes do to the process of their trial, and that nothing of it reaches this one.</summary>
public sealed class TrialRunnerTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Try_EnsureAModelIsDescribed()
    {
        var result = await Try("GoodNet");
        Assert.Empty(result.Problems);
        Assert.Equal([3], result.Facts!.Model!.Output);
    }

    [Theory]
    [InlineData("ThrowingNet", "model: InvalidOperationException: this model has a bad day (in Sheaf.Tests.UserCode.ThrowingNet.forward, Models.cs line ")]
    [InlineData("AbortingNet", "was aborted, as libtorch does when shapes or types do not fit")]
    [InlineData("LeavingNet", "your classes ended the process. It was at: the model's forward pass.")]
    public async Task Try_EnsureAFaultIsTold(string model, string problem) =>
        Assert.Contains(problem, Assert.Single((await Try(model)).Problems), StringComparison.Ordinal);

    [Fact]
    public async Task Try_EnsureALoopWithoutEndIsEnded() => Assert.Contains(
        "the trial of your classes did not end within 3 s; a loop without end",
        Assert.Single((await Try("LoopingNet", time: TimeSpan.FromSeconds(3))).Problems),
        StringComparison.Ordinal);

    [Fact]
    public async Task Try_EnsureMemoryWithoutEndIsEnded() => Assert.Contains(
        "the trial of your classes took more than 700 MiB of memory",
        Assert.Single((await Try("HungryNet", memory: 700 << 20)).Problems),
        StringComparison.Ordinal);

    private async Task<TrialResult> Try(string model, TimeSpan? time = null, long memory = 4L << 30)
    {
        using var package = new SamplePackage();
        var options = new SiloOptions { Data = _folder.Data, TrialTime = time ?? TimeSpan.FromMinutes(1), TrialMemory = memory };
        var folder = new DataFolder(_folder.Data);
        var packages = new PackageCache(null!, folder, options, TimeProvider.System);
        Directory.CreateDirectory(packages.Packages.Root);
        Directory.Move(package.Packages.FolderOf(package.Sha256), packages.Packages.FolderOf(package.Sha256));
        var yaml = OwnSpec.Yaml(package.Sha256, model);
        var spec = Sheaf.Specs.SpecParser.Parse(yaml, _folder.Root).Spec!;
        return await new TrialRunner(packages, folder, options, TimeProvider.System).Try(yaml, _folder.Root, spec, TestSilo.Guard);
    }
}
