using Sheaf.Client.Failures;
using Sheaf.Client.Terminal;
using Sheaf.Specs;
using Sheaf.Surroundings;
using Sheaf.V1;

namespace Sheaf.Client.Specs;

/// <summary>A spec that was read from a file, with overrides applied, and found good by the local parser.</summary>
internal sealed record SpecFile
{
    /// <summary>In bytes: far more than the parser takes, and it says so by the character.</summary>
    private const int LargestFile = 8 << 20;

    /// <summary>Long enough for a program that makes the spec.</summary>
    private static readonly TimeSpan PipeWithin = TimeSpan.FromSeconds(30);

    /// <summary>As the user wrote it, for messages.</summary>
    public required string Path { get; init; }

    /// <summary>Absolute; relative paths in the spec start here.</summary>
    public required string BasePath { get; init; }

    /// <summary>What is submitted.</summary>
    public required string Yaml { get; init; }

    public required ExperimentSpec Spec { get; init; }

    public required SpecResult Result { get; init; }

    /// <summary>Whether <see cref="Yaml"/> is the file's own text, so that a server's line numbers are the file's.</summary>
    public bool IsVerbatim { get; init; }

    /// <summary>What the projects of the user's own classes were built to; empty before they are built.</summary>
    public IReadOnlyList<BuiltPackage> Packages { get; init; } = [];

    private IReadOnlyList<SpecOverride> Overrides { get; init; } = [];

    /// <summary>The same with more overrides, and with packages.</summary>
    public SpecFile With(IReadOnlyList<SpecOverride> overrides, IReadOnlyList<BuiltPackage> packages)
    {
        IReadOnlyList<SpecOverride> all = [.. Overrides, .. overrides];
        var result = SpecParser.Parse(Result.Text, BasePath, all);
        return this with { Overrides = all, Packages = packages, Yaml = SpecWriter.ToYaml(result), Spec = result.Spec!, Result = result, IsVerbatim = false };
    }

    /// <exception cref="CliException">The file cannot be read, or has mistakes: all of them, with their places.</exception>
    public static SpecFile Load(string path, IReadOnlyList<SpecOverride> overrides)
    {
        var (text, folder) = Read(path);
        var result = SpecParser.Parse(text, folder, overrides);
        if (result.Violations.Count > 0)
        {
            throw Bad(path, [.. result.Violations.Select(v => new Violation { Key = v.Key, Line = v.Line, Column = v.Column, Message = v.Message })]);
        }

        return new SpecFile
        {
            Path = path, BasePath = folder, Yaml = overrides.Count == 0 ? text : SpecWriter.ToYaml(result), Spec = result.Spec!,
            Result = result, IsVerbatim = overrides.Count == 0, Overrides = overrides
        };
    }

    /// <summary>The file's text and absolute folder.</summary>
    public static (string Text, string Folder) Read(string path)
    {
        try
        {
            var kind = FileKind.Other(path);
            if (kind == "a folder")
            {
                throw new IOException("it is a folder");
            }

            return (kind == "a pipe" ? ReadPipe(path, PipeWithin) : ReadText(path), System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.BadUsage, $"the spec {path} cannot be read", failure.Message, "check the path", failure);
        }
    }

    /// <summary>Opening a pipe waits for whoever writes into it, and no signal reaches a program that waits so.</summary>
    internal static string ReadPipe(string path, TimeSpan within)
    {
        var reading = Task.Run(() => ReadText(path));
        return Task.WaitAny([reading], within) == 0
            ? reading.GetAwaiter().GetResult()
            : throw new CliException(
                ExitCode.BadUsage, $"the spec {path} cannot be read",
                $"it is a pipe that nobody wrote into, or closed, for {within.TotalSeconds:0} s", "check the path");
    }

    /// <summary>What is no regular file is read like one, but not without end.</summary>
    private static string ReadText(string path)
    {
        using var file = File.OpenRead(path);
        var bytes = new byte[LargestFile + 1];
        var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read > LargestFile)
        {
            throw new CliException(ExitCode.BadUsage, $"{path} is no spec", $"it has more than {LargestFile >> 20} MiB", "check the path");
        }

        using var text = new StreamReader(new MemoryStream(bytes, 0, read));
        return text.ReadToEnd();
    }

    /// <summary>The server's verdict in terms of this file.</summary>
    public CliException Localize(CliException failure) => failure.Violations.Count == 0 ? failure : Bad(Path, Localize(failure.Violations));

    public IReadOnlyList<Violation> Localize(IReadOnlyList<Violation> violations) =>
        IsVerbatim ? violations : [.. violations.Select(v => new Violation { Key = v.Key, Message = v.Message })];

    public static CliException Bad(string path, IReadOnlyList<Violation> violations) =>
        new(
            ExitCode.BadUsage,
            $"{path} has {Format.Count(violations.Count, "mistake")}",
            null,
            "correct the lines above, then run it again")
        { Violations = violations, File = path };
}
