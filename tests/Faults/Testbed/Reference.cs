using Sheaf.V1;

namespace Sheaf.Testbed;

/// <summary>What an undisturbed run of a spec on one worker of one silo ends with: the weights and the hash of every step's gradient.</summary>
internal sealed record Reference(string WeightsSha256, IReadOnlyList<StepMetrics> Ledger)
{
    /// <summary>Runs it, on a silo that is alone and needs no database.</summary>
    /// <param name="basePath">What the spec's paths are relative to.</param>
    public static async Task<Reference> MakeAsync(string spec, string basePath)
    {
        var folder = Directory.CreateTempSubdirectory("sheaf-reference-").FullName;
        string[] arguments = ["--data", folder, "--devices", "cpu:1", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"];
        await using var silo = SiloProcess.Start("undisturbed", folder, arguments, new Dictionary<string, string>(), null);
        await silo.AnnouncedAsync(folder);
        await silo.Experiments.SubmitAsync(new() { ExperimentId = "undisturbed", SpecYaml = spec, BasePath = basePath });
        Experiment? end = null;
        using (var call = silo.Experiments.Watch(new() { ExperimentId = "undisturbed" }))
        {
            while (await call.ResponseStream.MoveNext(default))
            {
                end = call.ResponseStream.Current.Experiment ?? end;
            }
        }

        var ledger = new List<StepMetrics>();
        using (var call = silo.Experiments.Metrics(new() { ExperimentId = "undisturbed" }))
        {
            while (await call.ResponseStream.MoveNext(default))
            {
                ledger.Add(call.ResponseStream.Current);
            }
        }

        await silo.KillAsync();
        Directory.Delete(folder, recursive: true);
        return end is { State: State.Completed } && ledger.Count == end.TotalSteps
            ? new(end.Result.WeightsSha256, ledger)
            : throw new InvalidOperationException(
                $"The undisturbed run is {end?.State} ({end?.Reason}) with {ledger.Count} of {end?.TotalSteps} steps in its ledger.");
    }
}
