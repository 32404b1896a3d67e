using Sheaf.Contracts.Messages;

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
    /// <paramref name="beforeManifest"/> runs once everything but the manifest is written: where it throws, the checkpoint does not come to be.
    /// </summary>
    Task<CheckpointRecord> WriteAsync(string experimentId, CheckpointSnapshot snapshot, int worker = 0, Action? beforeManifest = null, CancellationToken cancel = default);

    /// <summary>Reads and verifies every byte; <paramref name="path"/> is <see cref="CheckpointRecord.Path"/>.</summary>
    Task<CheckpointSnapshot> ReadAsync(string path, CancellationToken cancel = default);

    /// <summary>Looks at every byte and says all that is wrong, without keeping it in memory.</summary>
    Task<CheckpointVerification> VerifyAsync(string path, CancellationToken cancel = default);

    /// <summary>The checkpoints of an experiment, newest first (by step, then generation); damaged manifests come with their problem.</summary>
    IReadOnlyList<CheckpointEntry> List(string experimentId);

    /// <summary>Deletes the manifest first: from then on the checkpoint is gone, whatever happens to the rest. One that is gone already is no error.</summary>
    void Delete(string path);

    /// <summary>Deletes what writes that did not end left behind, in generations below <paramref name="generation"/>. Returns the deleted paths.</summary>
    IReadOnlyList<string> DeleteIncomplete(string experimentId, long generation);

    /// <summary>All files of a checkpoint for a download, the manifest first. Their contents are not verified.</summary>
    IReadOnlyList<CheckpointFile> Files(string path);

    /// <summary><paramref name="name"/> is one of <see cref="Files"/>.</summary>
    Stream OpenFile(string path, string name);
}
