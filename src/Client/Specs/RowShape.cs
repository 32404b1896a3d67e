using System.Buffers.Binary;
using System.IO.Compression;
using Sheaf.Client.Failures;
using Sheaf.Specs;
using Sheaf.Surroundings;

namespace Sheaf.Client.Specs;

/// <summary>The shape of one training row, from the spec and a file's first bytes: no row is read.</summary>
internal static class RowShape
{
    /// <param name="given">What the user says it is, such as <c>1x28x28</c>; null: it is found out.</param>
    /// <exception cref="CliException">It cannot be found out; says how to give it.</exception>
    public static IReadOnlyList<int> Of(DataSpec data, string? given)
    {
        var shape = given is not null ? Parse(given) : OfSource(data.Train);
        foreach (var transform in given is null ? data.Transforms : [])
        {
            shape = (transform, shape) switch
            {
                (TransformSpec.Pad pad, [var channels, var height, var width]) => [channels, height + (2 * pad.By), width + (2 * pad.By)],
                (TransformSpec.RepeatChannels repeat, [1, var height, var width]) => [repeat.Count, height, width],
                _ => shape,
            };
        }

        return shape;
    }

    private static int[] Parse(string given)
    {
        var sizes = given.Split('x').Select(size => int.TryParse(size, out var value) && value > 0 ? value : 0).ToArray();
        return sizes.Length is 1 or 3 && !sizes.Contains(0)
            ? sizes
            : throw new CliException(
                ExitCode.BadUsage, $"--input is '{given}', which is no shape", null, "write the columns, as 9, or channels, height and width, as 1x28x28");
    }

    private static int[] OfSource(SourceSpec source) => source switch
    {
        SourceSpec.Cifar10 => [3, 32, 32],
        SourceSpec.Csv { OneHot.Count: 0 } csv => [csv.Features.Count],
        SourceSpec.Csv csv => throw Unknown($"the categories of {string.Join(", ", csv.OneHot)} become as many inputs as the rows have of them", "--input 9"),
        SourceSpec.Idx idx => OfIdx(idx.Images),
        _ => throw Unknown("what its rows are like is known to the server only", "--input 1x28x28"),
    };

    /// <summary>Two bytes of zero, the type, the number of dimensions, and each size in four bytes, the first of which counts the images.</summary>
    private static int[] OfIdx(string path)
    {
        if (FileKind.Other(path) is { } kind)
        {
            throw Unknown($"{path} is {kind}, no regular file", "--input 1x28x28");
        }

        var (head, read) = (new byte[20], 0);
        try
        {
            using var file = File.OpenRead(path);
            var isZipped = file.ReadByte() == 0x1F;
            file.Position = 0;
            using Stream content = isZipped ? new GZipStream(file, CompressionMode.Decompress) : file;
            read = content.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unknown($"{path} cannot be read: {failure.Message}", "--input 1x28x28");
        }

        if (head[0] != 0 || head[1] != 0 || head[2] != 8 || head[3] is not (3 or 4) || read < 4 + (4 * head[3]))
        {
            throw Unknown($"{path} is no IDX file of images", "--input 1x28x28");
        }

        int[] sizes = [.. Enumerable.Range(1, head[3] - 1).Select(place => BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4 + (4 * place))))];
        return Array.Exists(sizes, size => size < 1) ? throw Unknown($"{path} has rows of {string.Join(" x ", sizes)} values", "--input 1x28x28")
            : sizes.Length == 2 ? [1, .. sizes]
            : sizes;
    }

    private static CliException Unknown(string why, string example) =>
        new(ExitCode.BadUsage, "the shape of a row is not known without reading the data", why, $"say it: {example}");
}
