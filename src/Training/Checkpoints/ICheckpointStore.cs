using Sheaf.Records;

namespace Sheaf.Training.Checkpoints;

/// <summary>
/// Where checkpoints are kept. A checkpoint is there with its manifest, which is written last and never replaced; what is there without one is the rest of
/// a write that did not end. Every failure is a <see cref="CheckpointException"/>, and nothing that fails harms another checkpoint. Thread-safe.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>
    /// Returns when the checkpoint is durable. The caller only waits where it awaits: everything runs on the thread pool. Writing the same state at the same
    /// step and generation again gives the record that is there; another state is refused. <paramref name="worker"/> is the one that captured it.
    /// <paramref name="beforeManifest"/> runs once everything but the manifest is written: where it throws, the checkpoint does not come to be. The
    /// experiment's folder is made only where
    /// <paramref name="mayCreate"/> says so: one that was there and is gone is on a mount that is away.
    /// </summary>
    Task<CheckpointRecord> WriteAsync(
        string experimentId, CheckpointSnapshot snapshot, int worker = 0, Action? beforeManifest = null, bool mayCreate = true,
        CancellationToken cancel = default);

    /// <summary>
    /// Finds out whether checkpoints of the experiment can be written, and makes its folder where that is missing and <paramref name="mayCreate"/>.
    /// </summary>
    /// <exception cref="CheckpointException">They cannot; says why and what to do.</exception>
    Task OpenAsync(string experimentId, bool mayCreate, CancellationToken cancel = default);

    /// <summary>
    /// Why no checkpoint could be written, and what to do; null where one could. Writes nothing, but for one tiny object where nothing else shows whether a
    /// store takes any.
    /// </summary>
    Task<string?> ProblemAsync(CancellationToken cancel = default);

    /// <summary>Reads and verifies every byte; <paramref name="path"/> is <see cref="CheckpointRecord.Path"/>.</summary>
    Task<CheckpointSnapshot> ReadAsync(string path, CancellationToken cancel = default);

    /// <summary>Looks at every byte and says all that is wrong, without keeping it in memory.</summary>
    Task<CheckpointVerification> VerifyAsync(string path, CancellationToken cancel = default);

    /// <summary>The checkpoints of an experiment, newest first (by step, then generation); damaged manifests come with their problem.</summary>
    /// <exception cref="CheckpointException">They cannot be looked through now.</exception>
    Task<IReadOnlyList<CheckpointEntry>> ListAsync(string experimentId, CancellationToken cancel = default);

    /// <summary>Deletes the manifest first: from then on the checkpoint is gone, whatever happens to the rest. One that is gone already is no error.</summary>
    Task DeleteAsync(string path, CancellationToken cancel = default);

    /// <summary>
    /// Deletes left-overs of generations below <paramref name="generation"/>: files of writes that did not end, and whole checkpoints up to
    /// <paramref name="step"/> whose paths are not in <paramref name="known"/>. Deletes the experiment's folder too where it is empty then. Returns the deleted
    /// paths.
    /// </summary>
    /// <exception cref="CheckpointException">Something could not be deleted; the rest is.</exception>
    Task<IReadOnlyList<string>> DeleteUnknownAsync(
        string experimentId, long generation, long step, IReadOnlyCollection<string> known, CancellationToken cancel = default);

    /// <summary>All files of a checkpoint for a download, the manifest first. Their contents are not verified.</summary>
    Task<IReadOnlyList<CheckpointFile>> FilesAsync(string path, CancellationToken cancel = default);

    /// <summary><paramref name="name"/> is one of <see cref="FilesAsync"/>.</summary>
    Task<Stream> OpenFileAsync(string path, string name, CancellationToken cancel = default);
}
