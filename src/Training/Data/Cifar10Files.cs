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
        var parts = spec.Paths.Select(path => files.Read(path, role, file => Read(file, path, role, problems))).ToList();
        if (parts.Contains(null))
        {
            return null;
        }

        var rows = parts.Sum(part => part!.Length / (long)Record);
        if (rows * Image > Array.MaxLength)
        {
            problems.Add($"{role}: its files have {rows} images; at most {Array.MaxLength / Image} are held in memory. Give fewer files.");
            return null;
        }

        var (pixels, labels, sources) = (new byte[rows * Image], new byte[rows], new string[rows]);
        var row = 0;
        for (var part = 0; part < parts.Count; part++)
        {
            for (var at = 0; at < parts[part]!.Length; at += Record, row++)
            {
                (labels[row], sources[row]) = (parts[part]![at], spec.Paths[part]);
                parts[part].AsSpan(at + 1, Image).CopyTo(pixels.AsSpan(row * Image, Image));
            }
        }

        return ImageSource.Of(role, [3, 32, 32], pixels, labels, spec.Rows, spec.ClassNames, at => sources[at], problems);
    }

    private static byte[]? Read(DataFileReader file, string path, string role, ICollection<string> problems)
    {
        if (file.Length == 0 || file.Length % Record != 0 || file.Length > Array.MaxLength)
        {
            problems.Add(
                $"{role}: '{path}' has {file.Length} bytes; a file of CIFAR-10's binary version has one or more records of {Record} bytes, a label and "
                    + "an image of 3 x 32 x 32.");
            return null;
        }

        var records = new byte[file.Length];
        file.ReadExactly(records);
        for (var at = 0; at < records.Length; at += Record)
        {
            if (records[at] >= Classes)
            {
                problems.Add($"{role}: '{path}' record {at / Record}, byte {at}: the label is {records[at]}; allowed: 0 to {Classes - 1}.");
                return null;
            }
        }

        return records;
    }
}
