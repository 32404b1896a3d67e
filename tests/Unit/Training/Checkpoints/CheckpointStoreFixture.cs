using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Training.Checkpoints;

/// <summary>A store in a folder of its own, and snapshots to put into it.</summary>
public abstract class CheckpointStoreFixture : IDisposable
{
    protected const string Experiment = "exp-1";

    protected string Root { get; } = Directory.CreateTempSubdirectory("sheaf-checkpoints-").FullName;

    protected DirectoryCheckpointStore Store(IFaultInjector? faults = null) => new(Root, TimeProvider.System, faults);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected static CheckpointSnapshot Snapshot(long step, long generation = 1, byte fill = 1, double? score = null) =>
        CheckpointSamples.Snapshot(step, generation, fill, score);

    protected static string Describe(CheckpointSnapshot snapshot) => CheckpointSamples.Describe(snapshot);

    protected List<string> FilesUnderRoot() => [.. Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }
}
