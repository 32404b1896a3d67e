using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Unit.Training.Data;

/// <summary>
/// Spoils sound files and specs by chance: whatever comes of it is rows, or problems that name the file. SHEAF_FUZZ says how many inputs of each kind,
/// SHEAF_FUZZ_SEED where they begin: a failure names the seed that makes it again.
/// </summary>
[Trait("Category", "Slow")]
public sealed class FuzzTests : IDisposable
{
    private const int MostFailures = 20;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"sheaf-fuzz-{Guid.NewGuid():N}")).FullName;

    public static TheoryData<string> Formats => [.. SampleFiles.Formats];

    private static int Count => Number("SHEAF_FUZZ", 300);

    private static int Seed => Number("SHEAF_FUZZ_SEED", 1);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Formats))]
    public void Load_OfASpoiledFileGivesRowsOrNamesIt(string format)
    {
        var files = SampleFiles.Of(format);
        var source = SampleFiles.Source(format, _folder);
        var refused = 0;
        SampleFiles.Write(_folder, files);
        Run(seed =>
        {
            File.WriteAllBytes(Path.Combine(_folder, files[0].Name), Spoiled(files[0].Bytes, seed));
            try
            {
                var bundle = DataLoader.Load(new() { Train = source, Transforms = [] }, 1, null, TestContext.Current.CancellationToken);
                Look(bundle.Train);
            }
            catch (DataException e)
            {
                refused++;
                return e.Problems.Count > 0 && e.Problems.All(problem => problem.Contains(_folder, StringComparison.Ordinal)) ? null
                    : $"says only: {e.Message}";
            }

            return null;
        });
        TestContext.Current.SendDiagnosticMessage($"{format}: {Count} inputs, {refused} refused");
        Assert.InRange(refused, 1, Count);
    }

    [Fact]
    public void Parse_OfASpoiledSpecNeverThrows()
    {
        var specs = Directory.EnumerateFiles(Examples(), "*.yaml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)
            .ToArray();
        var refused = 0;
        Run(seed =>
        {
            var text = Encoding.UTF8.GetString(Spoiled(specs[seed % specs.Length], seed));
            var result = SpecParser.Parse(text, "/");
            refused += result.Spec is null ? 1 : 0;
            return (result.Spec is null) == (result.Violations.Count > 0) && result.Violations.All(each => each.Message.Length > 0)
                ? null
                : $"has {result.Violations.Count} violations";
        });
        TestContext.Current.SendDiagnosticMessage($"specs: {Count} inputs, {refused} refused");
        Assert.InRange(refused, 1, Count);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static string Examples()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
        {
            folder = folder.Parent!;
        }

        return Path.Combine(folder.FullName, "examples");
    }

    /// <summary>The input of a seed must be over in time; null is a sound outcome.</summary>
    private static void Run(Func<int, string?> input)
    {
        var failures = new ConcurrentQueue<string>();
        for (var i = 0; i < Count && failures.Count < MostFailures; i++)
        {
            var (seed, began) = (Seed + i, TimeProvider.System.GetTimestamp());
            try
            {
                if (input(seed) is { } wrong)
                {
                    failures.Enqueue($"seed {seed} {wrong}");
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Enqueue($"seed {seed} throws {e}");
            }

            if (TimeProvider.System.GetElapsedTime(began) > Longest)
            {
                failures.Enqueue($"seed {seed} takes {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} s");
            }
        }

        Assert.Empty(failures);
    }

    private static void Look(RowSet rows)
    {
        int[] some = [.. new[] { 0, rows.Count / 2, rows.Count - 1 }.Distinct()];
        if (rows.FeaturesAreIntegers)
        {
            rows.GatherIntegers(some, new long[some.Length * rows.Width]);
        }

        var features = new float[some.Length * rows.Width];
        rows.Gather(some, features);
        Assert.All(features, value => Assert.True(float.IsFinite(value)));
        rows.GatherTargets(some, new float[some.Length * rows.TargetWidth]);
        Array.ForEach(some, row => Assert.True(rows.IdAt(row) >= 0));
    }

    private static byte[] Spoiled(byte[] sound, int seed)
    {
        var random = new KeyedRandom(seed, RandomPurpose.Shuffle, 0, 0);
        var bytes = sound.ToList();
        for (var left = 1 + random.NextInt(4); left > 0; left--)
        {
            Change(bytes, random);
        }

        return [.. bytes];
    }

    private static void Change(List<byte> bytes, KeyedRandom random)
    {
        byte[] odd = [0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)',', (byte)'\n', (byte)'-', (byte)':', (byte)'{', (byte)'[', (byte)'9', (byte)'#', (byte)' '];
        var at = bytes.Count == 0 ? 0 : random.NextInt(bytes.Count);
        var length = bytes.Count == 0 ? 0 : 1 + random.NextInt(Math.Min(16, bytes.Count - at));
        switch (random.NextInt(10))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.NextInt(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = odd[random.NextInt(odd.Length)];
                break;
            case 2:
                bytes.Insert(at, odd[random.NextInt(odd.Length)]);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 5:
                bytes.InsertRange(at, bytes.GetRange(random.NextInt(Math.Max(1, bytes.Count - length)), length));
                break;
            case 6:
                for (var i = at; i < at + length; i++)
                {
                    bytes[i] = (byte)random.NextInt(256);
                }

                break;
            case 7:
                for (var i = at; i < Math.Min(bytes.Count, at + 4); i++)
                {
                    bytes[i] = 0xFF;
                }

                break;
            case 8 when bytes.Count > 0:
                // The beginning is where formats say what they are, and how much there is.
                bytes[random.NextInt(Math.Min(32, bytes.Count))] = (byte)random.NextInt(256);
                break;
            default:
                bytes.AddRange(bytes.GetRange(0, Math.Min(bytes.Count, 64)));
                break;
        }
    }
}
