using Sheaf.Specs;
using Sheaf.Training.Models.Layers;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Tests.Unit.Training.Models;

public class FirstDrawTests
{
    [Fact]
    public void Normal_HasItsMeanAndDeviationAndNothingThatIsNotFinite()
    {
        var values = Draw(new InitialisationSpec.Normal(0.5, 2), 300, 301);

        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(2, values.Average(), 1e-2);
        Assert.Equal(0.5, Math.Sqrt(values.Average(value => (value - 2.0) * (value - 2.0))), 1e-2);
        Assert.InRange(values.Count(value => Math.Abs(value - 2) < 0.5) / (double)values.Length, 0.67, 0.695);
        Assert.Equal(values, Draw(new InitialisationSpec.Normal(0.5, 2), 300, 301));
    }

    [Fact]
    public void Zeros_AreAllZero() => Assert.All(Draw(new InitialisationSpec.Zeros(), 5, 7), value => Assert.Equal(0, value));

    private static float[] Draw(InitialisationSpec initialisation, params long[] shape)
    {
        using var weight = zeros(shape);
        FirstDraw.Fill(weight, weight, initialisation, new KeyedRandom(7, RandomPurpose.Initialisation, 0, 0, 2));
        return weight.data<float>().ToArray();
    }
}
