using Sheaf.Training.Objects;

namespace Sheaf.Training.Checkpoints;

/// <summary>The files of checkpoints in an object store. A folder is an address. Thread-safe.</summary>
internal sealed class ObjectFiles(IObjectStore objects) : ICheckpointFiles
{
    public string NameOf(string folder, string file) => $"{folder}/{file}";

    public async Task<byte[]> ManifestAsync(string folder, CancellationToken cancel)
    {
        try
        {
            await using var stream = await objects.OpenAsync(ObjectPlaces.KeyOf(folder, CheckpointManifest.FileName), cancel);
            if (stream is not null)
            {
                var text = new byte[stream.Length];
                await stream.ReadExactlyAsync(text, cancel);
                return text;
            }

            var isThere = await objects.ListAsync(ObjectPlaces.KeyOf(folder, ""), cancel).AnyAsync(cancel);
            var what = isThere ? "has no manifest.json, so its writing never ended" : "does not exist";
            throw new CheckpointException($"The checkpoint '{folder}' {what}.", folder) { IsAway = !isThere };
        }
        catch (IOException exception)
        {
            throw Away(folder, CheckpointManifest.FileName, exception);
        }
    }

    public async Task<Stream> OpenAsync(string folder, string file, CancellationToken cancel)
    {
        try
        {
            return await objects.OpenAsync(ObjectPlaces.KeyOf(folder, file), cancel)
                ?? throw new CheckpointException($"'{NameOf(folder, file)}' is missing.", folder);
        }
        catch (IOException exception)
        {
            throw Away(folder, file, exception);
        }
    }

    private CheckpointException Away(string folder, string file, IOException cause) =>
        new($"'{NameOf(folder, file)}' cannot be read: {cause.Message}", folder, cause) { IsAway = true };
}
