using System.IO.Compression;
using System.Security.Cryptography;
using Sheaf.Client.Failures;
using Sheaf.Client.Specs;
using Sheaf.Surroundings;

namespace Sheaf.Client.Packaging;

/// <summary>Packs what a project was built to: the same files give the same bytes.</summary>
internal static class PackageArchive
{
    /// <summary>ZIP has no earlier time.</summary>
    private static readonly DateTimeOffset Always = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What a server brings itself, so that its types are the same for everybody.</summary>
    private static readonly string[] OfTheServer = ["Sheaf.Sdk", "TorchSharp", "SkiaSharp", "ICSharpCode.SharpZipLib", "Google.Protobuf"];

    /// <param name="folder">Of the build's output.</param>
    public static BuiltPackage Of(string folder) =>
        Pack(Directory.EnumerateFiles(folder).Where(Belongs).Order(StringComparer.Ordinal).Select(file => (file, Path.GetFileName(file))));

    /// <summary>One file, under the name that it has in the package.</summary>
    /// <exception cref="CliException">It cannot be read.</exception>
    public static BuiltPackage OfFile(string file, string name)
    {
        if (FileKind.Other(file) is { } kind)
        {
            throw new CliException(ExitCode.BadUsage, $"{file} is {kind}, no regular file", null, "correct the key that names it");
        }

        try
        {
            return Pack([(file, name)]);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.BadUsage, $"{file} cannot be read", failure.Message, "correct the key that names it", failure);
        }
    }

    private static BuiltPackage Pack(IEnumerable<(string File, string Name)> files)
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (file, name) in files)
            {
                using var from = File.OpenRead(file);
                var entry = archive.CreateEntry(name, CompressionLevel.Optimal);
                entry.LastWriteTime = Always;
                using var into = entry.Open();
                from.CopyTo(into);
            }
        }

        var bytes = content.ToArray();
        return new(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes);
    }

    /// <summary>Assemblies, what says the lines of their code, and other files that the project has copied; not what describes how to start a
    /// program.</summary>
    private static bool Belongs(string file)
    {
        var name = Path.GetFileName(file);
        return !OfTheServer.Contains(Path.GetFileNameWithoutExtension(name)) && !name.EndsWith(".deps.json", StringComparison.Ordinal)
            && !name.EndsWith(".runtimeconfig.json", StringComparison.Ordinal) && !name.StartsWith("libtorch", StringComparison.Ordinal)
            && !name.StartsWith("libLibTorch", StringComparison.Ordinal) && !name.StartsWith("libc10", StringComparison.Ordinal);
    }
}
