using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Tests.Parity.Optimization;

/// <summary>The schedule that follows evaluations beside torch.optim.lr_scheduler.ReduceLROnPlateau, on values that fall, rise and stand still.</summary>
public sealed class PlateauTests
{
    private const double Rate = 0.1;

    /// <summary>As it stands in a spec, whether larger is better, and PyTorch's arguments.</summary>
    internal static readonly (string Spec, bool Higher, Dictionary<string, object> PyTorch)[] Cases =
    [
        ("plateau", false, []),
        ("{ plateau: { by: validation_loss, factor: 0.5, patience: 3 } }", false, new() { ["factor"] = 0.5, ["patience"] = 3 }),
        ("{ plateau: { patience: 0, threshold: 0.05, cooldown: 2 } }", false, new() { ["patience"] = 0, ["threshold"] = 0.05, ["cooldown"] = 2 }),
        (
            "{ plateau: { patience: 1, threshold: 0.02, threshold_mode: absolute, min_learning_rate: 0.002 } }",
            false,
            new() { ["patience"] = 1, ["threshold"] = 0.02, ["threshold_mode"] = "abs", ["min_lr"] = 0.002 }),
        ("{ plateau: { patience: 2, cooldown: 1, warmup: 5 } }", true, new() { ["patience"] = 2, ["cooldown"] = 1, ["mode"] = "max" }),
        (
            "{ plateau: { patience: 2, threshold: 0.01, threshold_mode: absolute } }",
            true,
            new() { ["patience"] = 2, ["threshold"] = 0.01, ["threshold_mode"] = "abs", ["mode"] = "max" }),

        // Rates that would fall by less than 1e-8 stay.
        ("{ plateau: { patience: 0, factor: 0.001 } }", false, new() { ["patience"] = 0, ["factor"] = 0.001 }),
    ];

    [Fact]
    public async Task AfterEachValue_TheRateIsPyTorchs()
    {
        var values = Values();
        var theirs = await Python.RunAsync(
            "Optimization/plateau.py", new { rate = Rate, cases = Cases.Select(c => new { arguments = c.PyTorch, values }) });
        foreach (var (rates, (text, higher, _)) in theirs.EnumerateArray().Zip(Cases))
        {
            var plateau = Assert.IsType<ScheduleSpec.Plateau>(KnownToTheSpec.Spec(schedule: text, validation: true).Schedule);
            var (state, rate) = (new PlateauState(), Rate);
            var lowered = 0;
            foreach (var (value, expected) in values.Zip(rates.EnumerateArray()))
            {
                var before = rate;
                (state, rate) = plateau.Next(state, rate, double.Parse(value, System.Globalization.CultureInfo.InvariantCulture), higher);
                lowered += rate < before ? 1 : 0;
                Assert.Equal(expected.GetDouble(), rate, 1e-15);
            }

            Assert.True(lowered > 0, $"{text}: the values never lower the rate, so that nothing is compared.");
        }
    }

    /// <summary>As text, which JSON can hold also where it is no number.</summary>
    private static string[] Values()
    {
        var random = new KeyedRandom(5, RandomPurpose.Shuffle, 0, 0);
        var falling = Enumerable.Range(0, 60).Select(at => 1 / (1 + (at * 0.1)) + (0.1 * random.NextSingle()));
        var still = Enumerable.Repeat(0.25, 30);
        var rising = Enumerable.Range(0, 30).Select(at => 0.25 + (at * 0.05));
        return [.. falling.Concat(still).Append(double.NaN).Concat(rising)
            .Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture).ToLowerInvariant())];
    }
}
