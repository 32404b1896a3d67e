using System.Text.Json;

[assembly: AssemblyFixture(typeof(Sheaf.Tests.EndToEnd.Run.UndisturbedRun))]

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>The tiny experiment, once, on one worker, from start to end: what every disturbed run must end with.</summary>
public sealed class UndisturbedRun : IAsyncLifetime
{
    private readonly Lazy<Task<(int, JsonElement, string[])>> _run = new(RunAsync);

    public async Task<string> WeightsAsync() => (await _run.Value).Item2.GetProperty("weights_sha256").GetString()!;

    public async Task<(int ExitCode, JsonElement Last, string[] Lines)> ResultAsync() => await _run.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static async Task<(int, JsonElement, string[])> RunAsync()
    {
        using var tiny = new TinyExperiment();
        await using var run = SheafProcess.Client("run", tiny.Spec, "--workers", "1", "--data", tiny.Data("undisturbed"), "--output", "json");
        var code = await run.ExitAsync();
        Assert.True(code == 0, run.Error.Text);
        return (code, run.LastJson, run.Out.Lines);
    }
}
