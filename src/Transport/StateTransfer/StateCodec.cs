using System.Buffers.Binary;
using System.Text.Json;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Transport.StateTransfer;

/// <summary>
/// A snapshot as a stream of bytes: the length of a JSON object (i32, little-endian), the object (everything but the arrays, and the lengths of what follows),
/// the weights as safetensors, the optimizer's state as safetensors.
/// </summary>
internal static class StateCodec
{
    private const int LongestHead = 16 << 20;

    private static readonly JsonSerializerOptions Json =
        new() { NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static void Write(Stream stream, CheckpointSnapshot snapshot)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(
            new Head(
                snapshot.Step,
                snapshot.Generation,
                snapshot.SpecYaml,
                snapshot.Fingerprint,
                snapshot.Sampler,
                snapshot.Score,
                LengthOf(snapshot.Weights),
                LengthOf(snapshot.Optimizer)), Json);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, head.Length);
        stream.Write(length);
        stream.Write(head);
        Safetensors.Write(stream, snapshot.Weights);
        Safetensors.Write(stream, snapshot.Optimizer);
    }

    /// <exception cref="InvalidDataException">The bytes are no snapshot.</exception>
    public static CheckpointSnapshot Read(Stream stream)
    {
        try
        {
            Span<byte> length = stackalloc byte[sizeof(int)];
            stream.ReadExactly(length);
            var bytes = BinaryPrimitives.ReadInt32LittleEndian(length);
            if (bytes is < 0 or > LongestHead)
            {
                throw new InvalidDataException($"its head has {bytes} bytes; {LongestHead} are allowed.");
            }

            var text = new byte[bytes];
            stream.ReadExactly(text);
            var head = JsonSerializer.Deserialize<Head>(text, Json) ?? throw new InvalidDataException("its head is empty.");
            var weights = Safetensors.Read(stream, head.WeightsBytes);
            return new()
            {
                Step = head.Step,
                Generation = head.Generation,
                SpecYaml = head.SpecYaml,
                Fingerprint = head.Fingerprint,
                Sampler = head.Sampler,
                Score = head.Score,
                Weights = weights,
                Optimizer = Safetensors.Read(stream, head.OptimizerBytes),
            };
        }
        catch (Exception e) when (e is EndOfStreamException or JsonException)
        {
            throw new InvalidDataException($"it is truncated or damaged: {e.Message}", e);
        }
    }

    private static long LengthOf(IReadOnlyList<NamedArray> arrays)
    {
        using var counting = new CountingStream();
        Safetensors.Write(counting, arrays);
        return counting.Length;
    }

    private sealed record Head(
        long Step, long Generation, string SpecYaml, string Fingerprint, SamplerPosition? Sampler, double? Score, long WeightsBytes, long OptimizerBytes);
}
