using System.Security.Cryptography;
using System.Text;
using Sheaf.Specs;
using Sheaf.Surroundings;

namespace Sheaf.Training.Data;

/// <summary>Pictures in a folder for each class.</summary>
internal static class ImageFolders
{
    private const int MostProblems = 20;

    /// <summary>Labels are bytes.</summary>
    private const int MostClasses = 256;

    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".bmp", ".webp", ".gif" };

    /// <summary>Null, with problems added, where the folder cannot be used.</summary>
    public static ImageSource? Load(SourceSpec.ImageFolder spec, string role, DataFiles files, List<string> problems)
    {
        var found = new List<string>();
        var (classes, pictures) = Find(spec, found, files.Scratch is null);
        if (found.Count == 0)
        {
            var bytes = (long)pictures.Count * spec.Channels * spec.Height * spec.Width;
            var paths = pictures.ConvertAll(picture => picture.File);
            var decoded = files.Decoded(
                $"image_folder {spec.Height} {spec.Width} {spec.Channels} {spec.Fit}",
                bytes > files.Scratch?.InMemory,
                role,
                cancel => [ReadAll(spec, pictures, null, found, cancel)],
                () => Decode(spec, role, pictures, files, found),
                images => images.Pack(),
                entry => DecodedImages.Unpack(entry, paths));
            if (decoded is not null && found.Count == 0)
            {
                return ImageSource.Of(role, decoded, spec, classes, files.Scratch, problems);
            }
        }

        problems.AddRange(found.Take(MostProblems).Select(problem => $"{role}: {problem}"));
        if (found.Count > MostProblems)
        {
            problems.Add($"{role}: '{spec.Path}' has {found.Count - MostProblems} more problems like these.");
        }

        return null;
    }

    private static DecodedImages? Decode(
        SourceSpec.ImageFolder spec, string role, List<(string File, int Class)> pictures, DataFiles files, List<string> found)
    {
        using var pixels = new RowWriter<byte>(files.Scratch, (long)pictures.Count * spec.Channels * spec.Height * spec.Width);
        files.ReadFolder(spec.Path, role, cancel => ReadAll(spec, pictures, pixels, found, cancel));
        return found.Count > 0
            ? null
            : new(
                [spec.Channels, spec.Height, spec.Width],
                pixels.Finish(),
                [.. pictures.Select(picture => (byte)picture.Class)],
                pictures.ConvertAll(picture => picture.File),
                [.. Enumerable.Range(1, pictures.Count)]);
    }

    private static (List<string> Classes, List<(string File, int Class)> Pictures) Find(
        SourceSpec.ImageFolder spec, List<string> problems, bool inMemory)
    {
        List<string> classes = [];
        List<(string File, int Class)> pictures = [];
        try
        {
            if (!Directory.Exists(spec.Path))
            {
                problems.Add($"'{spec.Path}' {(File.Exists(spec.Path) ? "is a file, no folder" : "does not exist")}; give a folder that has a folder for "
                    + $"each class.");
                return (classes, pictures);
            }

            // A picture that would not be used is said: its owner counts on it.
            problems.AddRange(Visible(Directory.EnumerateFiles(spec.Path)).Where(file => Endings.Contains(Path.GetExtension(file))).Select(file =>
                $"'{file}' is in the folder of no class; put it into one."));
            foreach (var folder in Visible(Directory.EnumerateDirectories(spec.Path)))
            {
                problems.AddRange(Visible(Directory.EnumerateDirectories(folder)).Select(deeper =>
                    $"'{deeper}' is a folder in that of a class; put its pictures into '{folder}'."));
                classes.Add(Path.GetFileName(folder));
                var inside = Visible(Directory.EnumerateFiles(folder)).ToList();
                problems.AddRange(inside.Where(file => !Endings.Contains(Path.GetExtension(file))).Select(file =>
                    $"'{file}' is no picture by its name; take it away."));
                problems.AddRange(inside.Select(file => (File: file, Kind: FileKind.Other(file))).Where(file => file.Kind is not null).Select(file =>
                    $"'{file.File}' is {file.Kind}, no regular file; take it away."));
                pictures.AddRange(inside.Select(file => (file, classes.Count - 1)));
                if (inside.Count == 0)
                {
                    problems.Add($"'{folder}' has no picture; each folder is a class.");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"'{spec.Path}' cannot be read: {e.Message}");
        }

        if (problems.Count == 0 && classes.Count is < 2 or > MostClasses)
        {
            problems.Add($"'{spec.Path}' has {classes.Count} folders; one for each class is needed, 2 to {MostClasses}.");
        }

        var bytes = (double)pictures.Count * spec.Channels * spec.Height * spec.Width;
        if (inMemory && bytes > Array.MaxLength)
        {
            problems.Add($"'{spec.Path}' has {pictures.Count} pictures, {bytes:N0} bytes of this size; at most {Array.MaxLength:N0} are held in memory. "
                + $"Choose a smaller height and width.");
        }

        return (classes, pictures);
    }

    /// <summary>In the order of their bytes, whatever the file system's; what begins with a dot is the system's own.</summary>
    private static IEnumerable<string> Visible(IEnumerable<string> paths) => paths.Where(path =>
        Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal);

    /// <summary>Decodes every picture, and says what the folder is: the SHA-256 of a list of its files and theirs.</summary>
    /// <param name="pixels">Null: nothing is decoded, and what is no picture is not found out.</param>
    private static DataFile ReadAll(SourceSpec.ImageFolder spec, List<(string File, int Class)> pictures, RowWriter<byte>? pixels, List<string> problems,
        CancellationToken cancel)
    {
        var (list, bytes, image) = (new StringBuilder(), 0L, new byte[pixels is null ? 0 : spec.Channels * spec.Height * spec.Width]);
        for (var row = 0; row < pictures.Count; row++)
        {
            cancel.ThrowIfCancellationRequested();
            var file = pictures[row].File;
            try
            {
                var encoded = File.ReadAllBytes(file);
                bytes += encoded.Length;
                list.Append(Convert.ToHexStringLower(SHA256.HashData(encoded))).Append("  ").Append(Path.GetRelativePath(spec.Path, file)).Append('\n');
                if (pixels is not null && Picture.Decode(encoded, spec, image) is { } problem)
                {
                    problems.Add($"'{file}' {problem}");
                }

                pixels?.Add(image);
            }
            catch (Exception e) when (pixels is not null && e is IOException or UnauthorizedAccessException)
            {
                problems.Add($"'{file}' cannot be read: {e.Message}");
            }
        }

        return new(spec.Path, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(list.ToString()))), bytes);
    }
}
