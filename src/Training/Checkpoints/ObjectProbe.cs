using Sheaf.Training.Objects;

namespace Sheaf.Training.Checkpoints;

/// <summary>Looks whether an object store takes checkpoints. Thread-safe.</summary>
/// <param name="within">What one look may take.</param>
internal sealed class ObjectProbe(IObjectStore objects, ObjectPlaces places, TimeSpan within, TimeProvider time)
{
    private static readonly byte[] Content = "sheaf\n"u8.ToArray();

    private volatile bool _isTried;

    /// <summary>Why not, and what to do; null: it does. Until a write has succeeded once each look tries one.</summary>
    public async Task<string?> ProblemAsync(CancellationToken cancel)
    {
        using var soon = new CancellationTokenSource(within, time);
        using var look = CancellationTokenSource.CreateLinkedTokenSource(cancel, soon.Token);
        try
        {
            if (_isTried)
            {
                _ = await objects.ListAsync(places.Probe, look.Token).AnyAsync(look.Token);
            }
            else
            {
                await Try(look.Token);
                _isTried = true;
            }

            return null;
        }
        catch (ObjectStoreException exception)
        {
            return $"No checkpoint can be written to '{places.Root}': {exception.Message}";
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return $"No checkpoint can be written to '{places.Root}': the object store has not answered for {within.TotalSeconds:0.#} seconds.";
        }
    }

    /// <summary>
    /// Whether objects can be written, and are written where there is none only: without that, two silos could both take a checkpoint for theirs.
    /// </summary>
    private async Task Try(CancellationToken cancel)
    {
        if (await objects.TryCreateAsync(places.Probe, Content, cancel) && await objects.TryCreateAsync(places.Probe, Content, cancel))
        {
            throw new ObjectStoreException(
                "the object store does not heed If-None-Match: * and would let one checkpoint replace another. Use one with conditional writes, such as "
                    + "Amazon S3 or MinIO.");
        }
    }
}
