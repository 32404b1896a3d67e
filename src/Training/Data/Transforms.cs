using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>The transforms of a spec, in double precision.</summary>
internal static class Transforms
{
    public static double Apply(IReadOnlyList<TransformSpec> transforms, double value, int channel)
    {
        foreach (var transform in transforms)
        {
            value = transform switch
            {
                TransformSpec.Scale scale => value * scale.Factor,
                TransformSpec.Normalize normalize => (value - At(normalize.Mean, channel)) / At(normalize.Std, channel),
                _ => throw new ArgumentException($"The transform {transform.GetType().Name} is not known.", nameof(transforms)),
            };
        }

        return value;
    }

    /// <summary>Adds what does not fit rows of <paramref name="channels"/> channels or columns; <paramref name="of"/> says what they are.</summary>
    public static void Check(IReadOnlyList<TransformSpec> transforms, int channels, string of, ICollection<string> problems)
    {
        for (var index = 0; index < transforms.Count; index++)
        {
            if (transforms[index] is not TransformSpec.Normalize normalize)
            {
                continue;
            }

            foreach (var (name, values) in ((string, IReadOnlyList<double>)[])[("mean", normalize.Mean), ("std", normalize.Std)])
            {
                if (values.Count != 1 && values.Count != channels)
                {
                    var allowed = channels == 1 ? "1 value" : $"1 or {channels} values";
                    problems.Add($"data.transforms[{index}].normalize.{name} has {values.Count} values; {of}, so give {allowed}.");
                }
            }

            if (normalize.Std.Any(std => !(std > 0) || double.IsInfinity(std)))
            {
                problems.Add($"data.transforms[{index}].normalize.std is [{string.Join(", ", normalize.Std)}]; each value must be above 0 and finite.");
            }
        }
    }

    private static double At(IReadOnlyList<double> values, int channel) => values[values.Count == 1 ? 0 : channel];
}
