using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sheaf.Records;

namespace Sheaf.Training.Checkpoints;

/// <summary>
/// manifest.json: everything about a checkpoint but its arrays, and the hash of every file. Its last property is the SHA-256 of the manifest itself with
/// sixty-four zeros in that place, so that a change of any of its bytes is found as well.
/// </summary>
internal sealed record CheckpointManifest
{
    public const string FileName = "manifest.json";
    public const string WeightsFile = "weights.safetensors";
    public const string OptimizerFile = "optimizer.safetensors";
    private const string KnownFormat = "sheaf-checkpoint-1";

    private static readonly string NoChecksum = new('0', SHA256.HashSizeInBytes * 2);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public string Format { get; init; } = KnownFormat;

    public required string Experiment { get; init; }

    public required long Step { get; init; }

    public required long Generation { get; init; }

    public required DateTimeOffset Written { get; init; }

    /// <summary>That of the weights' file: the same for the same names, types, shapes and bits, whatever step they were reached at.</summary>
    public required string WeightsSha256 { get; init; }

    public double? Score { get; init; }

    public required string Fingerprint { get; init; }

    public SamplerPosition? Sampler { get; init; }

    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    public required string Spec { get; init; }

    public string ManifestSha256 { get; init; } = NoChecksum;

    public static CheckpointManifest Of(
        string experimentId, CheckpointSnapshot snapshot, DateTimeOffset written, CheckpointFile weights, CheckpointFile optimizer) => new()
        {
            Experiment = experimentId,
            Step = snapshot.Step,
            Generation = snapshot.Generation,
            Written = written,
            WeightsSha256 = weights.Sha256,
            Score = snapshot.Score,
            Fingerprint = snapshot.Fingerprint,
            Sampler = snapshot.Sampler,
            Files = [weights, optimizer],
            Spec = snapshot.SpecYaml,
        };

    public byte[] ToBytes()
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(this with { ManifestSha256 = NoChecksum }, Json);
        Encoding.ASCII.GetBytes(Checksum(text), text.AsSpan(PlaceOfChecksum(text), NoChecksum.Length));
        return text;
    }

    /// <summary>Throws <see cref="InvalidDataException"/>, whose message goes on after the file's name.</summary>
    public static CheckpointManifest Parse(byte[] text)
    {
        CheckpointManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<CheckpointManifest>(text, Json);
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"is no manifest of a checkpoint: {exception.Message}", exception);
        }

        if (manifest is not { Format: KnownFormat })
        {
            throw new InvalidDataException($"has the format '{manifest?.Format}'; this version reads '{KnownFormat}'.");
        }

        var copy = text.ToArray();
        var place = PlaceOfChecksum(copy);
        if (place >= 0)
        {
            Encoding.ASCII.GetBytes(NoChecksum, copy.AsSpan(place, NoChecksum.Length));
        }

        if (place < 0 || Checksum(copy) != manifest.ManifestSha256)
        {
            throw new InvalidDataException("was altered: its SHA-256 is not the one that it holds.");
        }

        // Names become paths.
        return manifest.Files.All(file => file.Name == Path.GetFileName(file.Name))
            ? manifest
            : throw new InvalidDataException("names a file outside of its folder.");
    }

    public CheckpointRecord ToRecord(string path, long manifestBytes) => new()
    {
        Step = Step,
        Generation = Generation,
        Path = path,
        Bytes = Files.Sum(file => file.Bytes) + manifestBytes,
        WeightsSha256 = WeightsSha256,
        Score = Score,
        Written = Written,
    };

    /// <summary>The record of this checkpoint, which is there already, where <paramref name="other"/> is the same but for the time of writing.</summary>
    /// <exception cref="CheckpointException">It is another one.</exception>
    public CheckpointRecord RecordIfSame(CheckpointManifest other, string folder, long manifestBytes) =>
        Files.SequenceEqual(other.Files) && Experiment == other.Experiment
            ? ToRecord(folder, manifestBytes)
            : throw new CheckpointException(
                $"'{folder}' holds another checkpoint already (weights {WeightsSha256}, these are {other.WeightsSha256}); a checkpoint is never replaced.",
                folder);

    /// <summary>The checksum ends the last property: before it and after it stand only quotes, a brace and white space.</summary>
    private static int PlaceOfChecksum(ReadOnlySpan<byte> text)
    {
        var quote = text.LastIndexOf((byte)'"');
        return quote >= NoChecksum.Length ? quote - NoChecksum.Length : -1;
    }

    private static string Checksum(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));
}
