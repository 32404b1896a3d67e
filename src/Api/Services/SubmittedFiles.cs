using System.Text.Json;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Api.Services;

/// <summary>The files of an experiment's data, as they were recorded when it was submitted. Thread-safe.</summary>
internal static class SubmittedFiles
{
    /// <summary>Empty where nothing is recorded: an older version, or an experiment that was not accepted.</summary>
    public static async Task<IReadOnlyList<V1.DataFile>> Of(RunSnapshot run, IGrainFactory grains)
    {
        if (await grains.GetGrain<ICoordinatorGrain>(run.Id).Dataset() is not { } record)
        {
            return [];
        }

        var files = JsonSerializer.Deserialize<Facts>(record.FactsJson)?.Files ?? [];
        return [.. files.Select(file => new V1.DataFile { Path = file.Path, Sha256 = file.Sha256, Bytes = file.Bytes })];
    }

    /// <summary>What is needed here of the facts that the silos write.</summary>
    private sealed record Facts(IReadOnlyList<File>? Files);

    private sealed record File(string Path, string Sha256, long Bytes);
}
