using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Two arrays that NumPy has saved.</summary>
internal static class NumpyFiles
{
    /// <summary>Numbers may be of one byte in the file, and are of eight once they are read.</summary>
    private const int Growth = 8;

    /// <summary>Null, with problems added, where the files cannot be used.</summary>
    public static ArraySource? Load(SourceSpec.Numpy spec, string role, DataFiles files, List<string> problems)
    {
        var decoded = files.Decoded(
            $"numpy {SourceSpec.Numpy.NameOf(spec.Features)} {SourceSpec.Numpy.NameOf(spec.Target)}",
            DataFiles.Bytes(spec.Files) * Growth > files.Scratch?.InMemory,
            role,
            cancel => [.. spec.Files.Select(path => DataFiles.Hash(path, cancel))],
            Decode,
            arrays => arrays.Pack(),
            DecodedArrays.Unpack);
        return decoded is null
            ? null
            : ArraySource.Of(role, decoded, new(spec.Features, spec.Target, spec.ClassNames), spec, files.Scratch, problems);

        DecodedArrays? Decode()
        {
            var (features, targets) = (Array(spec.Features, "features"), Array(spec.Target, "target"));
            return features is null || targets is null ? null : new(features, targets);
        }

        NumberArray? Array(string array, string key)
        {
            var path = SourceSpec.Numpy.FileOf(array);
            return files.Read(
                path, $"{role}.{key}", file => NumpyReader.Read(file, SourceSpec.Numpy.NameOf(array), files.Scratch, problem =>
                    problems.Add($"{role}.{key}: '{path}' {problem}")));
        }
    }
}
