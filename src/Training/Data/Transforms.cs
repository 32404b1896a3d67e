using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>The transforms of a spec, in double precision.</summary>
public static class Transforms
{
    internal static double Apply(IReadOnlyList<TransformSpec> transforms, double value, int channel)
    {
        foreach (var transform in transforms)
        {
            value = transform switch
            {
                { IsOfImages: true } => value,
                TransformSpec.Scale scale => value * scale.Factor,
                TransformSpec.Normalize normalize => (value - At(normalize.Mean, channel)) / At(normalize.Std, channel),
                _ => throw new ArgumentException($"The transform {transform.GetType().Name} is not known.", nameof(transforms)),
            };
        }

        return value;
    }

    /// <summary>What all transforms together make of a value of each channel or column: value * factor + offset.</summary>
    public static (double[] Factors, double[] Offsets) Lines(IReadOnlyList<TransformSpec> transforms, DataFacts facts)
    {
        var learned = Learn(transforms, facts, []);
        var offsets = Enumerable.Range(0, facts.Shape[0]).Select(channel => Apply(learned, 0, channel)).ToArray();
        return ([.. offsets.Select((offset, channel) => Apply(learned, 1, channel) - offset)], offsets);
    }

    /// <summary>The same with numbers in place of what the training rows say.</summary>
    internal static IReadOnlyList<TransformSpec> Learn(IReadOnlyList<TransformSpec> transforms, DataFacts facts, ICollection<string> problems)
    {
        var (mean, std, names) = (facts.Mean, facts.Std, facts.FeatureNames);
        var count = facts.TrainCount * facts.Shape.Skip(1).Aggregate(1.0, (product, size) => product * size);
        var learned = new List<TransformSpec>();
        foreach (var transform in transforms)
        {
            if (transform.IsOfImages)
            {
                continue;
            }

            if (transform is not TransformSpec.Normalize { IsLearned: true } normalize)
            {
                learned.Add(transform);
                continue;
            }

            // Every transform is a line, so that mean and deviation follow it.
            var means = mean.Select((each, channel) => Apply(learned, each, channel)).ToArray();
            var wide = std.Select((each, channel) => Math.Abs(Apply(learned, mean[channel] + each, channel) - means[channel])).ToArray();
            foreach (var column in facts.IndexColumns)
            {
                (means[column], wide[column]) = (0, 1);
            }

            if (Array.FindIndex(wide, each => !(each > 0) || !double.IsFinite(each)) is >= 0 and var same)
            {
                problems.Add(
                    "data.transforms: normalize: "
                    + $"{(names.Count > 0 ? $"the column '{Shown.Text(names[same])}'" : $"channel {same}")} "
                    + $"has the standard deviation {wide[same]:R} over the training rows, by which nothing can be divided; take it out of features, or "
                    + "give mean and std.");
                return transforms;
            }

            var factor = normalize.Correction == 0 || count < 2 ? 1 : Math.Sqrt(count / (count - normalize.Correction));
            learned.Add(new TransformSpec.Normalize(means, [.. wide.Select((each, channel) => facts.IndexColumns.Contains(channel) ? 1 : each * factor)]));
        }

        return learned;
    }

    /// <summary>Adds what does not fit rows of <paramref name="channels"/> channels or columns; <paramref name="of"/> says what they are.</summary>
    internal static void Check(IReadOnlyList<TransformSpec> transforms, int channels, string of, ICollection<string> problems)
    {
        for (var index = 0; index < transforms.Count; index++)
        {
            if (transforms[index] is not TransformSpec.Normalize { IsLearned: false } normalize)
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
