using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Sheaf.Tests.Architecture;

/// <summary>What LibTorch.targets puts beside a program, and what it leaves alone.</summary>
public sealed class LibTorchTests
{
    private const string Binding = "libLibTorchSharp.so";
    private const string Version = "GLIBCXX_3.4.32";
    private const ushort Weak = 2;

    private static string FromPackage => Path.Combine(BuildOutput.TorchSharpPackage, "runtimes", "linux-x64", "native", Binding);

    [Fact]
    public void Binding_DiffersFromThePackagesInTheWeakFlagOfOneVersionAlone()
    {
        byte[] before = File.ReadAllBytes(FromPackage), after = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, Binding));
        Assert.Equal(before.Length, after.Length);
        var changed = Enumerable.Range(0, before.Length).Where(at => before[at] != after[at]).ToList();
        if (SystemHasVersion())
        {
            Assert.Empty(changed);
            return;
        }

        // Elf64_Vernaux: the hash of the version's name, 4 bytes, then the flags.
        var flags = Assert.Single(changed);
        Assert.Equal(HashOfName(Version), BinaryPrimitives.ReadUInt32LittleEndian(after.AsSpan(flags - 4)));
        Assert.Equal(0, BinaryPrimitives.ReadUInt16LittleEndian(before.AsSpan(flags)));
        Assert.Equal(Weak, BinaryPrimitives.ReadUInt16LittleEndian(after.AsSpan(flags)));
    }

    [Fact]
    public void PackageCache_HoldsWhatThePackageHolds()
    {
        foreach (var archive in Directory.GetFiles(BuildOutput.TorchSharpPackage, "*.nupkg").Concat(LibTorchPackages().SelectMany(folder =>
            Directory.GetFiles(folder, "*.nupkg"))))
        {
            using var package = ZipFile.OpenRead(archive);
            var libraries = package.Entries.Where(
                entry => entry.FullName.StartsWith("runtimes/linux-x64/native/", StringComparison.Ordinal) && entry.Length > 0).ToList();
            Assert.NotEmpty(libraries);
            Assert.All(
                libraries,
                library => Assert.Equal(
                    (library.FullName, library.Crc32), (library.FullName, Crc32Of(Path.Combine(Path.GetDirectoryName(archive)!, library.FullName)))));
        }
    }

    [Fact]
    public async Task LibTorch_IsOneFileInAllOutputs()
    {
        Assert.SkipWhen(BuildOutput.Torch == "none", "This build takes the libtorch that is on the machine: there is no copy.");
        var inodes = new List<string>();
        foreach (var folder in new[] { AppContext.BaseDirectory, BuildOutput.Of("Silo") })
        {
            inodes.Add(await BuildOutput.RunAsync("stat", "--format=%d:%i", Path.Combine(folder, "libtorch_cpu.so")));
        }

        Assert.Single(inodes.Distinct());
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Client")]
    public void Output_HoldsNothingThatIsNeverLoaded(string project)
    {
        var files = Directory.EnumerateFiles(BuildOutput.Of(project), "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)!).ToList();
        Assert.Contains($"Sheaf.{project}.dll", files);
        string[] unwanted = ["Microsoft.CodeAnalysis", "Humanizer", "System.Composition"];
        string[] pictures = ["SkiaSharp", "libSkiaSharp"];
        Assert.DoesNotContain(files, file => unwanted.Any(name => file.StartsWith(name, StringComparison.OrdinalIgnoreCase)));

        // A silo decodes pictures; nothing else does.
        Assert.Equal(project == "Silo", Array.TrueForAll(pictures, name => files.Exists(file => file.StartsWith(name, StringComparison.OrdinalIgnoreCase))));
    }

    [Theory]
    [InlineData("cpu", "libtorch-cpu-linux-x64")]
    [InlineData("cuda", "TorchSharp-cuda-linux")]
    [InlineData("none", null)]
    public async Task Torch_PicksOneLibTorch(string torch, string? package)
    {
        var answer = await BuildOutput.RunAsync(
            "dotnet", "msbuild", "-getItem:PackageReference", $"-p:Torch={torch}", Path.Combine("src", "Training", "Training.csproj"));
        var names = JsonDocument.Parse(answer).RootElement.GetProperty("Items").GetProperty("PackageReference").EnumerateArray().Select(
            item => item.GetProperty("Identity").GetString()!);
        Assert.Equal(
            package is null ? [] : [package],
            names.Where(name => name.StartsWith("libtorch", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TorchSharp-", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> LibTorchPackages() =>
        BuildOutput.Torch == "cpu" ? Directory.GetDirectories(Path.Combine(BuildOutput.TorchSharpPackage, "..", "..", "libtorch-cpu-linux-x64")) : [];

    /// <summary>Asks the libstdc++ that this process has loaded.</summary>
    private static bool SystemHasVersion()
    {
        var library = File.ReadLines("/proc/self/maps").Select(line => line[(line.LastIndexOf(' ') + 1)..]).First(
            path => Path.GetFileName(path).StartsWith("libstdc++.so", StringComparison.Ordinal));
        return File.ReadAllBytes(library).AsSpan().IndexOf(Encoding.ASCII.GetBytes(Version + "\0")) >= 0;
    }

    /// <summary>System V ABI, "Hash Table".</summary>
    private static uint HashOfName(string name)
    {
        var hash = 0u;
        foreach (var letter in name)
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }

    private static uint Crc32Of(string path)
    {
        var sum = new Crc32();
        using var file = File.OpenRead(path);
        sum.Append(file);
        return sum.GetCurrentHashAsUInt32();
    }
}
