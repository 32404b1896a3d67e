using System.IO.Compression;
using Sheaf.Client.Hosting;
using Sheaf.Client.Specs;

namespace Sheaf.Client.Packaging;

/// <summary>Packages as folders named by their SHA-256, as a silo keeps them, for a program that runs on this machine. They go with this object.</summary>
internal sealed class UnpackedPackages : IDisposable
{
    public UnpackedPackages(IReadOnlyList<BuiltPackage> packages)
    {
        if (packages.Count == 0)
        {
            return;
        }

        Folder = Path.Combine(ScratchFolder.Find(), $"sheaf-packages-{Guid.NewGuid():N}");
        foreach (var package in packages.DistinctBy(each => each.Sha256))
        {
            using var archive = new ZipArchive(new MemoryStream(package.Content), ZipArchiveMode.Read);
            archive.ExtractToDirectory(Path.Combine(Folder, package.Sha256));
        }
    }

    /// <summary>The folder of all; empty: there are none.</summary>
    public string Folder { get; } = "";

    public void Dispose()
    {
        if (Folder.Length > 0)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
