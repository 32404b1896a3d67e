using Sheaf.Client.Failures;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>docs/your-own-model.md, command by command.</summary>
public sealed class NewProjectTests : IDisposable
{
    private readonly TinyExperiment _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task NewProject_IsBuiltAndTrainedToTheSameBitsOnAnyNumberOfWorkers()
    {
        var project = _tiny.Data("my-model");
        await using (var made = SheafProcess.Client("new", project, "--output", "json"))
        {
            Assert.Equal(ExitCode.Ok, await made.ExitAsync());
            Assert.Equal(Path.Combine(project, "my-model.yaml"), made.LastJson.GetProperty("spec").GetString());
        }

        await using (var tests = SheafProcess.Dotnet("run", "--project", Path.Combine(project, "tests")))
        {
            Assert.True(await tests.ExitAsync() == ExitCode.Ok, string.Join(Environment.NewLine, tests.Out.Lines.Concat(tests.Error.Lines)));
            Assert.Contains(tests.Out.Lines, line => line.Contains("Total: 2, Errors: 0, Failed: 0", StringComparison.Ordinal));
        }

        var spec = Path.Combine(project, "my-model.yaml");
        await using (var described = SheafProcess.Client("data", "describe", spec, "--output", "json"))
        {
            Assert.True(await described.ExitAsync() == ExitCode.Ok, string.Join(Environment.NewLine, described.Error.Lines));
            var classes = described.LastJson.GetProperty("classes").EnumerateArray().Select(each => each.GetProperty("train").GetInt32());
            Assert.Equal([400, 400, 400], classes);
            Assert.Equal(2, described.LastJson.GetProperty("features").GetArrayLength());
        }

        var weights = new List<string?>();
        foreach (var workers in new[] { "1", "4" })
        {
            await using var run = SheafProcess.Client("run", spec, "--workers", workers, "--data", _tiny.Data("data"), "--output", "json");
            Assert.True(await run.ExitAsync() == ExitCode.Ok, string.Join(Environment.NewLine, run.Error.Lines));
            weights.Add(run.LastJson.GetProperty("weights_sha256").GetString());
            Assert.InRange(run.LastJson.GetProperty("metrics").GetProperty("validation_accuracy").GetDouble(), 0.95, 1);
            Assert.InRange(run.LastJson.GetProperty("metrics").GetProperty("validation_mean_confidence").GetDouble(), 0.9, 1);
        }

        Assert.Single(weights.Distinct());

        await using var again = SheafProcess.Client("new", project);
        Assert.Equal(ExitCode.BadUsage, await again.ExitAsync());
        Assert.Contains(again.Error.Lines, line => line.Contains("exists, and is not an empty folder", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ProjectThatDoesNotBuild_IsToldWithTheCompilersErrors()
    {
        var project = _tiny.Data("my-model");
        await using (var made = SheafProcess.Client("new", project))
        {
            Assert.Equal(ExitCode.Ok, await made.ExitAsync());
        }

        await File.AppendAllTextAsync(Path.Combine(project, "Net.cs"), "\nthis is no C#;\n", TestContext.Current.CancellationToken);
        await using var run = SheafProcess.Client("run", Path.Combine(project, "my-model.yaml"), "--data", _tiny.Data("data"));
        Assert.Equal(ExitCode.BadUsage, await run.ExitAsync());
        Assert.Contains(run.Error.Lines, line => line.Contains("does not build", StringComparison.Ordinal));
        Assert.Contains(run.Error.Lines, line => line.Contains("Net.cs(", StringComparison.Ordinal) && line.Contains("error CS", StringComparison.Ordinal));
        Assert.False(Directory.Exists(_tiny.Data("data")));
    }
}
