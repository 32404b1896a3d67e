using System.Security.Cryptography;

namespace Sheaf.Training.Checkpoints;

/// <summary>
/// Reads one checkpoint, every byte against the manifest's hashes. What is missing or altered is a <see cref="CheckpointException"/> that names the file.
/// </summary>
internal sealed class CheckpointReader(ICheckpointFiles files)
{
    public async Task<CheckpointSnapshot> ReadAsync(string folder, CancellationToken cancel)
    {
        var (manifest, _) = await ManifestAsync(folder, cancel);
        return new CheckpointSnapshot
        {
            Step = manifest.Step,
            Generation = manifest.Generation,
            Weights = await ArraysAsync(folder, manifest, CheckpointManifest.WeightsFile, cancel),
            Optimizer = await ArraysAsync(folder, manifest, CheckpointManifest.OptimizerFile, cancel),
            SpecYaml = manifest.Spec,
            Fingerprint = manifest.Fingerprint,
            Sampler = manifest.Sampler,
            Score = manifest.Score,
        };
    }

    public async Task<CheckpointVerification> VerifyAsync(string folder, CancellationToken cancel)
    {
        CheckpointManifest manifest;
        byte[] text;
        try
        {
            (manifest, text) = await ManifestAsync(folder, cancel);
        }
        catch (CheckpointException exception)
        {
            return new CheckpointVerification { Path = folder, Problems = [exception.Message], IsAway = exception.IsAway };
        }

        var problems = new List<string>();
        var away = false;
        foreach (var file in manifest.Files)
        {
            try
            {
                await using var stream = new VerifyingStream(await files.OpenAsync(folder, file.Name, cancel), files.NameOf(folder, file.Name), file, folder);
                await stream.FinishAsync(cancel);
            }
            catch (CheckpointException exception)
            {
                problems.Add(exception.Message);
                away |= exception.IsAway;
            }
        }

        return new CheckpointVerification
        {
            Path = folder,
            Record = manifest.ToRecord(folder, text.Length),
            Files = manifest.Files,
            Problems = problems,
            IsAway = away,
        };
    }

    public async Task<(CheckpointManifest Manifest, byte[] Text)> ManifestAsync(string folder, CancellationToken cancel)
    {
        var text = await files.ManifestAsync(folder, cancel);
        var path = files.NameOf(folder, CheckpointManifest.FileName);
        try
        {
            var manifest = CheckpointManifest.Parse(text);
            var expected = CheckpointNames.Of(manifest.Step, manifest.Generation);
            return expected == Path.GetFileName(folder)
                ? (manifest, text)
                : throw new CheckpointException($"'{path}' is that of '{expected}', so it was moved here; move it back.", folder);
        }
        catch (InvalidDataException exception)
        {
            throw new CheckpointException($"'{path}' {exception.Message}", folder, exception);
        }
    }

    /// <summary>All files for a download, the manifest first.</summary>
    public async Task<IReadOnlyList<CheckpointFile>> FilesAsync(string folder, CancellationToken cancel)
    {
        var (manifest, text) = await ManifestAsync(folder, cancel);
        return [new CheckpointFile(CheckpointManifest.FileName, text.Length, Convert.ToHexStringLower(SHA256.HashData(text))), .. manifest.Files];
    }

    /// <summary>One of <see cref="FilesAsync"/>.</summary>
    public async Task<Stream> OpenAsync(string folder, string name, CancellationToken cancel)
    {
        var known = await FilesAsync(folder, cancel);
        return known.Any(file => file.Name == name)
            ? await files.OpenAsync(folder, name, cancel)
            : throw new CheckpointException($"The checkpoint '{folder}' has no file '{name}'.", folder);
    }

    private async Task<IReadOnlyList<NamedArray>> ArraysAsync(string folder, CheckpointManifest manifest, string name, CancellationToken cancel)
    {
        var file = manifest.Files.FirstOrDefault(each => each.Name == name)
            ?? throw new CheckpointException($"'{files.NameOf(folder, CheckpointManifest.FileName)}' lists no file '{name}'.", folder);
        var path = files.NameOf(folder, name);
        await using var stream = new VerifyingStream(await files.OpenAsync(folder, name, cancel), path, file, folder);
        IReadOnlyList<NamedArray> arrays;
        try
        {
            arrays = await Safetensors.ReadAsync(stream, file.Bytes, cancel);
        }
        catch (InvalidDataException exception)
        {
            // A file that is not the one that was written says so first: its hash explains more than its header.
            await stream.FinishAsync(cancel);
            throw new CheckpointException($"'{path}': {exception.Message}", folder, exception);
        }

        await stream.FinishAsync(cancel);
        return arrays;
    }
}
