using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>Files of CIFAR-10's binary version, one after the other.</summary>
internal static class Cifar10Files
{
    private const int Classes = 10;
    private const int Image = 3 * 32 * 32;
    private const int Record = 1 + Image;

    /// <summary>Null, with problems added, where the files cannot be used.</summary>
    public static ImageSource? Load(SourceSpec.Cifar10 spec, string role, DataFiles files, List<string> problems)
    {
        var bytes = DataFiles.Bytes(spec.Paths);
        var decoded = files.Decoded(
            "cifar10",
            bytes > files.Scratch?.InMemory,
            role,
            cancel => [.. spec.Paths.Select(path => DataFiles.Hash(path, cancel))],
            () => Decode(spec, role, files, bytes, problems),
            images => images.Pack(),
            entry => DecodedImages.Unpack(entry, spec.Paths));
        return decoded is null ? null : ImageSource.Of(role, decoded, spec, spec.ClassNames, files.Scratch, problems);
    }

    private static DecodedImages? Decode(SourceSpec.Cifar10 spec, string role, DataFiles files, long bytes, List<string> problems)
    {
        if (files.Scratch is null && bytes / Record * Image > Array.MaxLength)
        {
            problems.Add($"{role}: its files have {bytes / Record} images; at most {Array.MaxLength / Image} are held in memory. Give fewer files.");
            return null;
        }

        var (before, labels, ends) = (problems.Count, new List<byte>(), new List<int>());
        using var pixels = new RowWriter<byte>(files.Scratch, bytes / Record * Image);
        foreach (var path in spec.Paths)
        {
            files.Read(path, role, file => Read(file, path, role, pixels, labels, problems));
            ends.Add(labels.Count);
        }

        return problems.Count > before ? null : new([3, 32, 32], pixels.Finish(), [.. labels], spec.Paths, [.. ends]);
    }

    private static DataFileReader? Read(
        DataFileReader file, string path, string role, RowWriter<byte> pixels, List<byte> labels, ICollection<string> problems)
    {
        if (file.Length == 0 || file.Length % Record != 0)
        {
            problems.Add(
                $"{role}: '{path}' has {file.Length} bytes; a file of CIFAR-10's binary version has one or more records of {Record} bytes, a label and "
                    + "an image of 3 x 32 x 32.");
            return null;
        }

        var record = new byte[Record];
        for (var at = 0L; at < file.Length; at += Record)
        {
            file.ReadExactly(record);
            if (record[0] >= Classes)
            {
                problems.Add($"{role}: '{path}' record {at / Record}, byte {at}: the label is {record[0]}; allowed: 0 to {Classes - 1}.");
                return null;
            }

            labels.Add(record[0]);
            pixels.Add(record.AsSpan(1));
        }

        return file;
    }
}
