using Sheaf.Sdk;
using TorchSharp.Modules;
using static TorchSharp.torch;

#pragma warning disable MA0048, SA1402 // Small losses and metrics side by side, each with one thing about it.

namespace Sheaf.Tests.UserCode;

/// <summary>The same numbers as Sheaf's cross_entropy.</summary>
public sealed class GoodLoss : ILoss
{
    public Tensor Losses(Tensor output, Tensor target) => nn.functional.cross_entropy(output, target, reduction: nn.Reduction.None);
}

public sealed class MeanLoss : ILoss
{
    public Tensor Losses(Tensor output, Tensor target) => nn.functional.cross_entropy(output, target);
}

/// <summary>The same numbers as Sheaf's accuracy.</summary>
public sealed class Hits : IMetric
{
    public int Width => 1;

    public void Add(in MetricBatch batch, Span<double> sums)
    {
        for (var sample = 0; sample < batch.Samples; sample++)
        {
            var scores = batch.Outputs.Slice(sample * batch.OutputsPerSample, batch.OutputsPerSample);
            var best = 0;
            for (var i = 1; i < scores.Length; i++)
            {
                best = scores[i] > scores[best] ? i : best;
            }

            sums[0] += best == batch.TargetIntegers[sample] ? 1 : 0;
        }
    }

    public double Value(ReadOnlySpan<double> sums, double samples) => sums[0] / samples;
}

/// <summary>Needs an assembly that nothing of the package needs before it adds.</summary>
public sealed class Late : IMetric
{
    public int Width => 1;

    public void Add(in MetricBatch batch, Span<double> sums) => sums[0] += new System.Xml.Linq.XElement("two", "ab").Value.Length;

    public double Value(ReadOnlySpan<double> sums, double samples) => sums[0] / samples;
}

public sealed class Shapeless : IMetric
{
    public int Width => 0;

    public void Add(in MetricBatch batch, Span<double> sums)
    {
    }

    public double Value(ReadOnlySpan<double> sums, double samples) => 0;
}

/// <summary>Over bytes, with the embedding as its last layer as well.</summary>
public sealed class TiedNet : nn.Module<Tensor, Tensor>
{
    private readonly Embedding _letters;
    private readonly Linear _scores;

    public TiedNet(int width = 8)
        : base(nameof(TiedNet))
    {
        _letters = nn.Embedding(256, width);
        _scores = nn.Linear(width, 256, hasBias: false);
        _scores.weight = _letters.weight!;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _scores.forward(_letters.forward(input));
}

public sealed class NextLetter : ILoss
{
    public Tensor Losses(Tensor output, Tensor target) => nn.functional.cross_entropy(output.transpose(1, 2), target, reduction: nn.Reduction.None);
}
