using Sheaf.Records;

namespace Sheaf.Training.Checkpoints;

/// <summary>The newest checkpoint that is whole, and why those before it were passed over.</summary>
public sealed record LatestIntact
{
    /// <summary>Null where there is none.</summary>
    public CheckpointRecord? Record { get; init; }

    /// <summary>Null where there is none.</summary>
    public CheckpointSnapshot? Snapshot { get; init; }

    /// <summary>One sentence for each damaged checkpoint that is newer.</summary>
    public required IReadOnlyList<string> Skipped { get; init; }

    /// <summary>Looks at all checkpoints of the experiment that are on the store.</summary>
    public static async Task<LatestIntact> FindAsync(ICheckpointStore store, string experimentId, CancellationToken cancel = default)
    {
        var skipped = new List<string>();
        foreach (var entry in await store.ListAsync(experimentId, cancel))
        {
            if (entry.Record is null)
            {
                skipped.Add(entry.Problem!);
            }
            else if (await TryReadAsync(store, entry.Path, skipped, cancel) is { } snapshot)
            {
                return new LatestIntact { Record = entry.Record, Snapshot = snapshot, Skipped = skipped };
            }
        }

        return new LatestIntact { Skipped = skipped };
    }

    /// <summary>Looks at <paramref name="candidates"/> only (those that the coordinator's record counts), in their order.</summary>
    public static async Task<LatestIntact> FindAsync(ICheckpointStore store, IEnumerable<CheckpointRecord> candidates, CancellationToken cancel = default)
    {
        var skipped = new List<string>();
        foreach (var record in candidates)
        {
            if (await TryReadAsync(store, record.Path, skipped, cancel) is { } snapshot)
            {
                return new LatestIntact { Record = record, Snapshot = snapshot, Skipped = skipped };
            }
        }

        return new LatestIntact { Skipped = skipped };
    }

    private static async Task<CheckpointSnapshot?> TryReadAsync(ICheckpointStore store, string path, List<string> skipped, CancellationToken cancel)
    {
        try
        {
            return await store.ReadAsync(path, cancel);
        }
        catch (CheckpointException exception)
        {
            skipped.Add(exception.Message);
            return null;
        }
    }
}
