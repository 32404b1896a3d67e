using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Features and labels of two IDX files: images where they are unsigned bytes of three or four dimensions with labels of bytes, otherwise arrays of
/// numbers.</summary>
internal static class IdxFiles
{
    /// <summary>How much longer than its file what is packed usually is.</summary>
    private const int Packing = 16;

    /// <summary>Null, with problems added, where the files cannot be used.</summary>
    public static LoadedSource? Load(SourceSpec.Idx spec, string role, DataFiles files, List<string> problems)
    {
        var packed = spec.Images.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Packing : 1;
        var decoded = files.Decoded<Both>(
            "idx",
            DataFiles.Bytes([spec.Images]) * packed > files.Scratch?.InMemory,
            role,
            cancel => [DataFiles.Hash(spec.Images, cancel), DataFiles.Hash(spec.Labels, cancel)],
            () => Decode(spec, role, files, problems),
            both => both.Images?.Pack() ?? both.Arrays!.Pack(),
            entry => entry.Has("pixels") ? new(DecodedImages.Unpack(entry, [spec.Labels]), null) : new(null, DecodedArrays.Unpack(entry)));
        return decoded switch
        {
            { Images: { } images } => ImageSource.Of(role, images, spec, spec.ClassNames, files.Scratch, problems),
            { Arrays: { } arrays } => ArraySource.Of(role, arrays, new(spec.Images, spec.Labels, spec.ClassNames), spec, files.Scratch, problems),
            _ => null,
        };
    }

    private static Both? Decode(SourceSpec.Idx spec, string role, DataFiles files, List<string> problems)
    {
        var images = files.Read(
            spec.Images, role + ".images", file => IdxReader.Read(file, spec.Images, role + ".images", labels: false, files.Scratch, problems));
        var labels = files.Read(
            spec.Labels, role + ".labels", file => IdxReader.Read(file, spec.Labels, role + ".labels", labels: true, files.Scratch, problems));
        if (images is null || labels is null)
        {
            return null;
        }

        if (images.Shape[0] != labels.Shape[0])
        {
            problems.Add($"{role}: '{spec.Images}' has {images.Shape[0]} images, but '{spec.Labels}' has {labels.Shape[0]} labels; they must be as many.");
            return null;
        }

        if (images.IsOfBytes && images.Rank is 3 or 4 && labels.IsOfBytes && labels.Rank == 1)
        {
            int[] shape = images.Rank == 3 ? [1, .. images.Shape[1..]] : images.Shape[1..];
            return new(
                new(shape, images.Data, labels.Data.Slice(0, (int)labels.Data.Length).ToArray(), [spec.Labels], [labels.Shape[0]]), null);
        }

        return new(null, new(images.ToNumbers(files.Scratch), labels.ToNumbers(files.Scratch)));
    }

    /// <summary>One of the two.</summary>
    private sealed record Both(DecodedImages? Images, DecodedArrays? Arrays);
}
