using Sheaf.Specs;
using Sheaf.Surroundings;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Data;

/// <summary>Reads the data of a spec into memory.</summary>
public static class DataLoader
{
    /// <summary>
    /// Reads every file once. <paramref name="seed"/> draws the validation rows of a fraction. With <paramref name="recorded"/>, every file must be the one
    /// that was recorded. All problems of all files come in one <see cref="DataException"/>.
    /// </summary>
    public static DataBundle Load(DataSpec data, long seed, DataFacts? recorded, CancellationToken cancel)
    {
        var problems = new List<string>();
        var files = new DataFiles(recorded, problems, cancel);
        var train = LoadSource(data.Train, "data.train", files, problems);
        var validation = data.Validation is ValidationSpec.Source source ? LoadSource(source.Rows, "data.validation", files, problems) : null;
        var test = data.Test is null ? null : LoadSource(data.Test, "data.test", files, problems);
        int[]? trainRows = null;
        int[]? validationRows = null;
        if (train is not null)
        {
            validation?.CheckLike(train, problems);
            test?.CheckLike(train, problems);
            Transforms.Check(
                data.Transforms,
                train.Channels,
                train.Shape.Count == 1 ? $"rows have {train.Channels} columns" : $"images have {train.Channels} channels",
                problems);
            if (data.Validation is ValidationSpec.Fraction fraction)
            {
                (trainRows, validationRows) = Split(train.Count, fraction.Value, seed, problems);
                validation = train;
            }
        }

        Throw(problems);
        LoadedSource?[] all = [train, validation, test];
        var classes = all.Any(each => each is { Classes: null }) ? null : all.Max(each => each?.Classes);
        var bundle = new DataBundle
        {
            Train = train!.ToRowSet(trainRows, classes, data.Transforms, problems),
            Validation = validation?.ToRowSet(validationRows, classes, data.Transforms, problems),
            Test = test?.ToRowSet(null, classes, data.Transforms, problems),
            Facts = FactsOf(train, trainRows, validationRows?.Length ?? validation?.Count, test?.Count, classes, all, files),
        };
        Throw(problems);
        return bundle with { Facts = bundle.Facts with { Targets = TargetRange.Of(bundle.Train, bundle.Validation, bundle.Test) } };
    }

    /// <summary>The facts alone; the work and the problems are those of <see cref="Load"/>.</summary>
    public static DataFacts Inspect(DataSpec data, long seed, CancellationToken cancel = default) => Load(data, seed, null, cancel).Facts;

    private static LoadedSource? LoadSource(SourceSpec source, string role, DataFiles files, List<string> problems) => source switch
    {
        SourceSpec.Idx idx => IdxSource.Load(idx, role, files, problems),
        SourceSpec.Csv csv => CsvSource.Load(csv, role, files, problems),
        _ => throw new ArgumentException($"The format {source.GetType().Name} is not known.", nameof(source)),
    };

    /// <summary>Both parts keep the order of the file.</summary>
    private static (int[]? Train, int[]? Validation) Split(int count, double fraction, long seed, List<string> problems)
    {
        var taken = (int)Math.Round(count * fraction, MidpointRounding.AwayFromZero);
        if (taken < 1 || taken >= count)
        {
            problems.Add(
                $"data.validation.fraction: {fraction:R} of {count} training rows is {taken} rows; both the training and the validation rows need at least 1.");
            return (null, null);
        }

        var order = new int[count];
        for (var row = 0; row < count; row++)
        {
            order[row] = row;
        }

        new KeyedRandom(seed, RandomPurpose.Split, 0, 0).Shuffle(order);
        Array.Sort(order, 0, taken);
        Array.Sort(order, taken, count - taken);
        return (order[taken..], order[..taken]);
    }

    private static DataFacts FactsOf(LoadedSource train, int[]? trainRows, int? validation, int? test, int? classes, LoadedSource?[] all, DataFiles files)
    {
        var (mean, std) = train.Statistics(trainRows);
        return new DataFacts
        {
            Files = files.All,
            TrainCount = trainRows?.Length ?? train.Count,
            ValidationCount = validation,
            TestCount = test,
            Shape = train.Shape,
            Classes = classes,
            NotClasses = all.FirstOrDefault(each => each?.NotClasses is not null)?.NotClasses,
            LargestClass = classes is null ? null : all.Select(each => each?.LargestClass).MaxBy(each => each?.Class ?? -1),
            AbsentClasses = classes is { } count ? Absent(all, count) : [],
            FeatureNames = train.FeatureNames,
            TargetName = train.TargetName,
            Mean = mean,
            Std = std,
        };
    }

    private static int[] Absent(LoadedSource?[] all, int classes)
    {
        var seen = new bool[classes];
        foreach (var source in all)
        {
            for (var row = 0; row < source?.Count; row++)
            {
                seen[source.ClassOf(row)] = true;
            }
        }

        return [.. Enumerable.Range(0, classes).Where(each => !seen[each]).Take(DataFacts.MaxAbsent)];
    }

    private static void Throw(List<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new DataException([.. problems.Select(Printable.Of)]);
        }
    }
}
