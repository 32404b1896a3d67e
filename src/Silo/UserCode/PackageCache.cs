using System.Collections.Concurrent;
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

/// <summary>
/// The packages of users' code on this silo's disk, each fetched once from the cluster. A package that nobody used for
/// <see cref="SiloOptions.PackagesUnused"/> goes when another one comes. Thread-safe.
/// </summary>
internal sealed class PackageCache(IGrainFactory grains, DataFolder folder, SiloOptions options, TimeProvider time) : IDisposable
{
    private const string Begun = ".tmp";

    /// <summary>In the folder of a package: the names and sizes of its files, for whoever wants to know whether they are all there.</summary>
    private const string Files = ".files";

    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<string, bool> _used = new(StringComparer.Ordinal);

    /// <summary>What is on the disk.</summary>
    public Packages Packages { get; } = new(Path.Combine(folder.Own, "packages"));

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

            if (use.Package is { } package)
            {
                // Before it is looked at: what this process has loaded a class from is read again whenever a class needs another of its files.
                _used[package] = true;
                if (!IsWhole(package))
                {
                    await Fetch(use.Key, use.Name, package, cancellationToken);
                }

                Mark(package);
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

    private void Mark(string package)
    {
        try
        {
            File.SetLastWriteTimeUtc(Path.Combine(Packages.FolderOf(package), Files), time.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only looks as if it had not been used for longer.
        }
    }

    /// <summary>No other process uses the folder: what was begun and is not whole is of one that was killed.</summary>
    private void DropUnused()
    {
        var oldest = (time.GetUtcNow() - options.PackagesUnused).UtcDateTime;
        foreach (var each in new DirectoryInfo(Packages.Root).EnumerateDirectories())
        {
            if (each.Name.EndsWith(Begun, StringComparison.Ordinal)
                || (!_used.ContainsKey(each.Name) && File.GetLastWriteTimeUtc(Path.Combine(each.FullName, Files)) < oldest))
            {
                each.Delete(recursive: true);
            }
        }
    }

    /// <summary>The folder gets its name when it is whole.</summary>
    private void Unpack(string package, byte[] content)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != package)
        {
            throw new InvalidDataException("its content has another SHA-256.");
        }

        Directory.CreateDirectory(Packages.Root);
        DropUnused();
        var temporary = Path.Combine(Packages.Root, $"{package}{Begun}");
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
