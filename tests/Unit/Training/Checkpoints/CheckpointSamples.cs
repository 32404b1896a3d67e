using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Unit.Training.Checkpoints;

/// <summary>Small states, and what they hold in words.</summary>
internal static class CheckpointSamples
{
    public static CheckpointSnapshot Snapshot(long step, long generation = 1, byte fill = 1, double? score = null)
    {
        var weights = new byte[48];
        Array.Fill(weights, fill);
        return new CheckpointSnapshot
        {
            Step = step,
            Generation = generation,
            Weights = [new NamedArray("fc.weight", ArrayType.Float32, [3, 4], weights),
                new NamedArray("bn.num_batches_tracked", ArrayType.Int64, [], new byte[8])],
            Optimizer = [new NamedArray("momentum", ArrayType.Float32, [12], new byte[48])],
            SpecYaml = "name: \"ünïcode\"\nseed: 42\n",
            Fingerprint = "libtorch 1.13.1 cpu",
            Sampler = new SamplerPosition { Seed = 42, Epoch = 1, StepInEpoch = 2, TrainCount = 10, BatchSize = 3, Shards = 2 },
            Score = score,
        };
    }

    public static string Describe(CheckpointSnapshot snapshot) =>
        $"{snapshot.Step} {snapshot.Generation} {snapshot.SpecYaml} {snapshot.Fingerprint} {snapshot.Sampler} {snapshot.Score} "
        + string.Join(' ', snapshot.Weights.Concat(snapshot.Optimizer).Select(SafetensorsTests.Describe));
}
