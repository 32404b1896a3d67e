using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;
using Sheaf.Silo.Storage;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.UserCode;

namespace Sheaf.Silo.UserCode;

/// <summary>The packages of users' code on this silo's disk, each fetched once from the cluster. Thread-safe.</summary>
internal sealed class PackageCache(IGrainFactory grains, DataFolder folder, SiloOptions options) : IDisposable
{

    /// <summary>In the folder of a package: the names and sizes of its files, for whoever wants to know whether they are all there.</summary>
    private const string Files = ".files";

    private readonly string _root = Path.Combine(folder.Own, "packages");
    private readonly SemaphoreSlim _one = new(1);
    private Packages? _packages;

    /// <summary>What is on the disk.</summary>
    public Packages Packages => _packages ??= new(_root);

    /// <summary>Whether this silo runs users' code.</summary>
    public bool IsAllowed => options.AllowsUserCode;

    /// <summary>Brings what the spec names to the disk.</summary>
    /// <exception cref="DataException">It is not to be had now, or this silo takes no code of users; the message says which.</exception>
    public async Task Fetch(ExperimentSpec spec, CancellationToken cancellationToken)
    {
        foreach (var use in spec.UserCode)
        {
            if (!IsAllowed)
            {
                throw new DataException(
                    [$"{use.Key}: {use.Name} is code of a user, and silo '{options.Name}' runs none; its owner can allow it (--user-code allow)."]);
            }

            if (use.Package is { } package && !IsWhole(package))
            {
                await Fetch(use.Key, use.Name, package, cancellationToken);
            }
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task Fetch(string key, string name, string package, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (!IsWhole(package))
            {
                var content = await grains.GetGrain<IPackageGrain>(package).Read().WaitAsync(cancellationToken)
                    ?? throw new DataException([$"{key}: the package {package} with {name} was not uploaded; submit the spec with the CLI, which does that."]);
                Unpack(package, content);
            }
        }
        catch (Exception e) when (e is not (DataException or OperationCanceledException))
        {
            throw new DataException([$"{key}: the package {package} with {name} cannot be fetched: {FailureText.Of(e)}"]);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A folder that something has taken a part of is as good as none: the cluster still has the package.</summary>
    private bool IsWhole(string package)
    {
        var unpacked = Packages.FolderOf(package);
        try
        {
            return File.ReadAllLines(Path.Combine(unpacked, Files)).All(line =>
                Line(new(Path.Combine(unpacked, line[(line.IndexOf(' ') + 1)..])), unpacked) == line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Line(FileInfo file, string root) =>
        string.Create(CultureInfo.InvariantCulture, $"{(file.Exists ? file.Length : -1)} {Path.GetRelativePath(root, file.FullName)}");

    /// <summary>The folder gets its name when it is whole.</summary>
    private void Unpack(string package, byte[] content)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != package)
        {
            throw new InvalidDataException("its content has another SHA-256.");
        }

        Directory.CreateDirectory(_root);
        var temporary = Path.Combine(_root, $"{package}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var archive = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read))
            {
                if (archive.Entries.Sum(entry => entry.Length) > options.Api.MaxUnpacked)
                {
                    throw new InvalidDataException($"it unpacks to more than {options.Api.MaxUnpacked >> 20} MiB.");
                }

                archive.ExtractToDirectory(temporary);
            }

            var lines = new DirectoryInfo(temporary).EnumerateFiles("*", SearchOption.AllDirectories).Select(file => Line(file, temporary)).ToArray();
            File.WriteAllLines(Path.Combine(temporary, Files), lines);
            if (Directory.Exists(Packages.FolderOf(package)))
            {
                Directory.Delete(Packages.FolderOf(package), recursive: true);
            }

            Directory.Move(temporary, Packages.FolderOf(package));
        }
        finally
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }
        }
    }
}
