using Sheaf.Records;
using Sheaf.Specs;
using Sheaf.Specs.Summaries;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Data;

/// <summary>Reads the rows of a spec and sums them up, for people.</summary>
public static class DataDescriber
{
    private const int RowsAtOnce = 256;

    /// <param name="spec">Whose rows are read.</param>
    /// <param name="which">Which rows statistics and pictures are of.</param>
    /// <param name="pictures">At most so many of the first rows are shown, where rows are images.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <param name="packages">Where users' own classes are; null: rows of none can be read.</param>
    /// <exception cref="DataException">The data cannot be used, or have no such rows; all problems.</exception>
    public static DataDescription Describe(ExperimentSpec spec, RowSetKind which, int pictures, CancellationToken cancel, Packages? packages = null)
    {
        ArgumentNullException.ThrowIfNull(spec);

        // Values are told as they are in the files; what the transforms make of them follows from that.
        var plain = spec.Data with { Transforms = [.. spec.Data.Transforms.Where(transform => transform.IsOfImages)] };
        var bundle = DataLoader.Load(plain, spec.Seed, null, cancel, packages);
        var problems = new List<string>();
        Transforms.Check(spec.Data.Transforms, bundle.Facts.Shape[0], $"rows have {bundle.Facts.Shape[0]} columns or channels", problems);
        var learned = problems.Count > 0 ? [] : Transforms.Learn(spec.Data.Transforms, bundle.Facts, problems);
        if (problems.Count > 0)
        {
            throw new DataException([.. problems]);
        }

        var rows = which switch { RowSetKind.Train => bundle.Train, RowSetKind.Validation => bundle.Validation, _ => bundle.Test }
            ?? throw new DataException([$"The spec has no {which.ToString().ToLowerInvariant()} rows; say others with --rows."]);
        var classes = HasClasses(spec, bundle) ? bundle.Facts.Classes!.Value : 0;
        var features = Features(rows, NamesOf(bundle.Facts), cancel);
        return new()
        {
            Rows = which.ToString().ToLowerInvariant(),
            Train = bundle.Facts.TrainCount,
            Validation = bundle.Facts.ValidationCount,
            Test = bundle.Facts.TestCount,
            Shape = bundle.Facts.Shape,
            Features = features,
            Targets = classes > 0 ? [] : Targets(rows, bundle.Facts, cancel),
            Classes = Balance(bundle, classes),
            Missing = bundle.Facts.MissingValues,
            Transforms = Effects(spec.Data.Transforms, learned, features),
            Pictures = Pictures(rows, plain, bundle.Facts, classes, pictures),
            Files = [.. bundle.Facts.Files.Select(file => new DescribedFile(file.Path, file.Sha256, file.Bytes))],
        };
    }

    private static bool HasClasses(ExperimentSpec spec, DataBundle bundle) =>
        bundle.Facts.Classes is { } classes && (spec.Loss.WantsClasses || (spec.Loss.Predicts == PredictionKind.YesOrNo && classes == 2));

    private static IReadOnlyList<string> NamesOf(DataFacts facts) => facts switch
    {
        { FeatureNames.Count: > 0 } => facts.FeatureNames,
        { Shape: [1, _, _] } => ["grey"],
        { Shape: [3, _, _] } => ["red", "green", "blue"],
        _ => [.. Enumerable.Range(0, facts.Shape[0]).Select(place => $"{(facts.Shape.Count == 1 ? "column" : "channel")} {place}")],
    };

    private static IReadOnlyList<ColumnStatistics> Features(RowSet rows, IReadOnlyList<string> names, CancellationToken cancel)
    {
        if (rows.FeaturesAreIntegers)
        {
            // A place of the text is like any other, and the numbers stand for something: only their range says something.
            return Tally(rows.Count, rows.Width, ["token"], _ => 0, rows.Gather, cancel);
        }

        var area = rows.Width / names.Count;
        return Tally(rows.Count, rows.Width, names, place => place / area, rows.Gather, cancel);
    }

    private static IReadOnlyList<ColumnStatistics> Targets(RowSet rows, DataFacts facts, CancellationToken cancel)
    {
        var names = facts.TargetNames.Count == rows.TargetWidth
            ? facts.TargetNames
            : [.. Enumerable.Range(0, rows.TargetWidth).Select(place => rows.TargetWidth == 1 ? "target" : $"target {place}")];
        return Tally(rows.Count, rows.TargetWidth, names, place => place, rows.GatherTargets, cancel);
    }

    private delegate void Gather(ReadOnlySpan<int> rows, Span<float> values);

    private static ColumnStatistics[] Tally(
        int count, int width, IReadOnlyList<string> names, Func<int, int> columnOf, Gather gather, CancellationToken cancel)
    {
        var tallies = names.Select(_ => new ValueTally()).ToArray();
        var columns = Enumerable.Range(0, width).Select(columnOf).ToArray();
        var values = new float[RowsAtOnce * width];
        for (var done = 0; done < count; done += RowsAtOnce)
        {
            cancel.ThrowIfCancellationRequested();
            var picked = Enumerable.Range(done, Math.Min(RowsAtOnce, count - done)).ToArray();
            gather(picked, values.AsSpan(0, picked.Length * width));
            for (var place = 0; place < picked.Length * width; place++)
            {
                tallies[columns[place % width]].Add(values[place]);
            }
        }

        return [.. tallies.Select((tally, column) => tally.Of(names[column]))];
    }

    private static ClassBalance[] Balance(DataBundle bundle, int classes)
    {
        var (train, validation, test) = (CountsOf(bundle.Train, classes), CountsOf(bundle.Validation, classes), CountsOf(bundle.Test, classes));
        return [.. Enumerable.Range(0, classes).Select(each => new ClassBalance(NameOf(bundle.Facts, each), train![each], validation?[each], test?[each]))];
    }

    private static int[]? CountsOf(RowSet? rows, int classes)
    {
        if (rows is null || classes == 0)
        {
            return null;
        }

        var counts = new int[classes];
        for (var done = 0; done < rows.Count; done += RowsAtOnce)
        {
            int[] picked = [.. Enumerable.Range(done, Math.Min(RowsAtOnce, rows.Count - done))];
            var targets = new long[picked.Length * rows.TargetWidth];
            rows.GatherClasses(picked, targets);
            Array.ForEach(targets, target => counts[target]++);
        }

        return counts;
    }

    private static string NameOf(DataFacts facts, long place) => place < facts.ClassNames.Count ? facts.ClassNames[(int)place] : $"{place}";

    private static TransformEffect[] Effects(
        IReadOnlyList<TransformSpec> written, IReadOnlyList<TransformSpec> learned, IReadOnlyList<ColumnStatistics> features)
    {
        var done = 0;
        return [.. written.Select(transform => new TransformEffect(
            TextOf(transform), transform.IsOfImages ? [] : [.. After([.. learned.Take(++done)], features)]))];
    }

    /// <summary>Every transform of values is a line, which mean, deviation and range follow.</summary>
    private static IEnumerable<ColumnEffect> After(IReadOnlyList<TransformSpec> transforms, IReadOnlyList<ColumnStatistics> features) =>
        features.Select((column, place) =>
        {
            double At(double value) => Transforms.Apply(transforms, value, place);
            var slope = At(1) - At(0);
            return new ColumnEffect(
                column.Name, At(column.Mean), column.Std * Math.Abs(slope), Math.Min(At(column.Min), At(column.Max)), Math.Max(At(column.Min), At(column.Max)));
        });

    private static string TextOf(TransformSpec transform) => transform switch
    {
        TransformSpec.Scale scale => $"scale: {scale.Factor:R}",
        TransformSpec.Normalize { IsLearned: true } normalize => "normalize by the training rows"
            + (normalize.Correction == 0 ? "" : $", correction: {normalize.Correction}"),
        TransformSpec.Normalize => "normalize by the given mean and std",
        TransformSpec.Pad pad => $"pad: {pad.By} (statistics above are after it)",
        TransformSpec.RepeatChannels repeat => $"repeat_channels: {repeat.Count} (statistics above are after it)",
        _ => transform.GetType().Name,
    };

    private static RowPicture[] Pictures(RowSet rows, DataSpec plain, DataFacts facts, int classes, int most)
    {
        var pictures = new RowPictures(rows, plain.Transforms, facts);
        var count = pictures.AreImages ? Math.Min(most, rows.Count) : 0;
        return [.. Enumerable.Range(0, count).Select(row =>
            new RowPicture(rows.IdAt(row), TargetOf(rows, row, facts, classes), rows.Shape[0], rows.Shape[1], rows.Shape[2], pictures.Bytes(row)))];
    }

    private static string TargetOf(RowSet rows, int row, DataFacts facts, int classes)
    {
        if (classes > 0)
        {
            var target = new long[1];
            rows.GatherClasses([row], target);
            return NameOf(facts, target[0]);
        }

        var values = new float[rows.TargetWidth];
        rows.GatherTargets([row], values);
        return string.Join(", ", values.Select(value => value.ToString("R")));
    }
}
