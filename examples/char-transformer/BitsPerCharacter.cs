using Sheaf.Sdk;

namespace CharTransformer;

/// <summary>How many bits a character of the text takes if the model's probabilities are used to compress it.</summary>
public sealed class BitsPerCharacter : IMetric
{
    public int Width => 1;

    public void Add(in MetricBatch batch, Span<double> sums)
    {
        var places = batch.TargetIntegers.Length / batch.Samples;
        for (var place = 0; place < batch.TargetIntegers.Length; place++)
        {
            var scores = batch.Outputs.Slice(place * Alphabet.Count, Alphabet.Count);
            var largest = System.Numerics.Tensors.TensorPrimitives.Max(scores);
            var all = 0.0;
            foreach (var score in scores)
            {
                all += Math.Exp(score - largest);
            }

            sums[0] += (Math.Log2(all) + ((largest - scores[(int)batch.TargetIntegers[place]]) / Math.Log(2))) / places;
        }
    }

    public double Value(ReadOnlySpan<double> sums, double samples) => sums[0] / samples;
}
