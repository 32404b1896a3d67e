namespace Sheaf.Training.Checkpoints;

/// <summary>
/// Reads one checkpoint's folder, every byte against the manifest's hashes. What is missing or altered is a <see cref="CheckpointException"/> that names the
/// file.
/// </summary>
internal static class CheckpointReader
{
    public static CheckpointSnapshot Read(string path, CancellationToken cancel)
    {
        var (manifest, _) = ReadManifest(path);
        return new CheckpointSnapshot
        {
            Step = manifest.Step,
            Generation = manifest.Generation,
            Weights = ReadArrays(path, manifest, CheckpointManifest.WeightsFile, cancel),
            Optimizer = ReadArrays(path, manifest, CheckpointManifest.OptimizerFile, cancel),
            SpecYaml = manifest.Spec,
            Fingerprint = manifest.Fingerprint,
            Sampler = manifest.Sampler,
            Score = manifest.Score,
        };
    }

    private static IReadOnlyList<NamedArray> ReadArrays(string path, CheckpointManifest manifest, string name, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var file = manifest.Files.FirstOrDefault(each => each.Name == name)
            ?? throw new CheckpointException($"'{Path.Combine(path, CheckpointManifest.FileName)}' lists no file '{name}'.", path);
        using var stream = new VerifyingStream(Open(path, name), Path.Combine(path, name), file, path);
        IReadOnlyList<NamedArray> arrays;
        try
        {
            arrays = Safetensors.Read(stream, file.Bytes);
        }
        catch (InvalidDataException exception)
        {
            // A file that is not the one that was written says so first: its hash explains more than its header.
            stream.Finish();
            throw new CheckpointException($"'{Path.Combine(path, name)}': {exception.Message}", path, exception);
        }

        stream.Finish();
        return arrays;
    }

    public static CheckpointVerification Verify(string path, CancellationToken cancel)
    {
        CheckpointManifest manifest;
        byte[] text;
        try
        {
            (manifest, text) = ReadManifest(path);
        }
        catch (CheckpointException exception)
        {
            return new CheckpointVerification { Path = path, Problems = [exception.Message], IsAway = exception.IsAway };
        }

        var problems = new List<string>();
        var away = false;
        foreach (var file in manifest.Files)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                using var stream = new VerifyingStream(Open(path, file.Name), Path.Combine(path, file.Name), file, path);
                stream.Finish();
            }
            catch (CheckpointException exception)
            {
                problems.Add(exception.Message);
                away |= exception.IsAway;
            }
        }

        return new CheckpointVerification { Path = path, Record = manifest.ToRecord(path, text.Length), Files = manifest.Files, Problems = problems, IsAway = away };
    }

    public static (CheckpointManifest Manifest, byte[] Text) ReadManifest(string folder)
    {
        var path = Path.Combine(folder, CheckpointManifest.FileName);
        try
        {
            var text = File.ReadAllBytes(path);
            var manifest = CheckpointManifest.Parse(text);
            var expected = CheckpointNames.Of(manifest.Step, manifest.Generation);
            return expected == Path.GetFileName(folder)
                ? (manifest, text)
                : throw new CheckpointException($"'{path}' is that of '{expected}', so it was moved here; move it back.", folder);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            var what = Directory.Exists(folder) ? "has no manifest.json, so its writing never ended" : "does not exist";
            throw new CheckpointException($"The checkpoint '{folder}' {what}.", folder, exception) { IsAway = !Directory.Exists(folder) };
        }
        catch (InvalidDataException exception)
        {
            throw new CheckpointException($"'{path}' {exception.Message}", folder, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"'{path}' cannot be read: {exception.Message}", folder, exception) { IsAway = true };
        }
    }

    public static FileStream Open(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CheckpointException($"'{path}' is missing.", folder, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"'{path}' cannot be read: {exception.Message}", folder, exception) { IsAway = true };
        }
    }
}
