using System.Globalization;
using System.Text.Json;
using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Specs.Summaries;
using Sheaf.Surroundings;
using Sheaf.Training.Data;
using Sheaf.Training.UserCode;

namespace Sheaf.Silo.Datasets;

/// <summary>
/// The silo's program as a reader of data for the CLI, which has no part that reads rows: a spec on standard input, a <see cref="DescribedData"/> as JSON on
/// standard output. It needs no server, and loads no libtorch unless a class of the user's own does.
/// </summary>
internal static class DescribeProgram
{
    /// <summary>The first argument that makes the program this one.</summary>
    public const string Verb = "describe-data";

    public static bool IsMeant(string[] arguments) => arguments is [Verb, ..];

    /// <param name="arguments">
    /// The verb, the folder of the spec, which rows, how many pictures, where they are written as PNG (empty: nowhere), and the folder of the packages of
    /// users' own classes (empty: there are none).
    /// </param>
    /// <param name="input">Has the spec.</param>
    /// <param name="output">Gets the answer.</param>
    /// <returns>0: there is an answer.</returns>
    public static int Run(string[] arguments, TextReader input, Stream output)
    {
        var (basePath, which, png) = (arguments[1], Enum.Parse<RowSetKind>(arguments[2]), arguments[4]);
        var pictures = int.Parse(arguments[3], CultureInfo.InvariantCulture);
        JsonSerializer.Serialize(output, Describe(input.ReadToEnd(), basePath, which, pictures, png, arguments[5]));
        return 0;
    }

    private static DescribedData Describe(string yaml, string basePath, RowSetKind which, int pictures, string png, string packages)
    {
        var parsed = SpecParser.Parse(yaml, basePath);
        if (parsed.Spec is not { } spec)
        {
            return new(null, [.. parsed.Violations.Select(violation => $"{violation.Key}: {violation.Message}")]);
        }

        try
        {
            var description = DataDescriber.Describe(spec, which, pictures, CancellationToken.None, packages.Length == 0 ? null : new Packages(packages));
            return png.Length > 0 && description.Pictures.Count > 0 && Write(description.Pictures, png) is { } problem
                ? new(null, [problem])
                : new(description, []);
        }
        catch (DataException e)
        {
            return new(null, e.Problems);
        }
        catch (UserCodeException e)
        {
            return new(null, [$"data: {e.Message}"]);
        }
    }

    /// <summary>One file that ends in <c>.png</c> has all pictures; a folder gets one for each.</summary>
    /// <returns>Null, or why they cannot be written.</returns>
    private static string? Write(IReadOnlyList<RowPicture> pictures, string png)
    {
        try
        {
            if (png.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            {
                OutputFile.Write(png, PngPicture.SheetOf(pictures));
                return null;
            }

            Directory.CreateDirectory(png);
            foreach (var picture in pictures)
            {
                OutputFile.Write(
                    Path.Combine(png, $"row-{picture.Id}.png"), PngPicture.Of(picture.Pixels, picture.Channels, picture.Height, picture.Width));
            }

            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"--png: the pictures cannot be written: {e.Message}";
        }
    }
}
