using Sheaf.Specs;
using Sheaf.Surroundings;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Data;

/// <summary>Reads the data of a spec into memory.</summary>
public static class DataLoader
{
    /// <summary>
    /// Reads every file once. <paramref name="seed"/> draws the validation rows of a fraction. With <paramref name="recorded"/>, every file must be the one
    /// that was recorded. All problems of all files come in one <see cref="DataException"/>.
    /// </summary>
    /// <param name="packages">Where classes of the user's own are; null: there are none.</param>
    /// <param name="cache">Where large rows are decoded into; null: all are in memory.</param>
    /// <param name="remote">Where copies of remote files are; null: there are none.</param>
    public static DataBundle Load(
        DataSpec data,
        long seed,
        DataFacts? recorded,
        CancellationToken cancel,
        Packages? packages = null,
        DataCache? cache = null,
        RemoteFiles? remote = null)
    {
        try
        {
            using var scratch = cache?.Open();
            return Read(data, seed, recorded, packages, cache, scratch, remote, cancel);
        }
        catch (Exception e) when (e is OutOfMemoryException or MemoryExceededException)
        {
            throw new DataException([$"data: the rows do not fit in the memory of this machine: {e.Message}"]);
        }
        catch (UserCodeException e)
        {
            throw new DataException([$"data: {e.Message}"]);
        }
    }

    /// <summary>The facts alone; the work and the problems are those of <see cref="Load"/>.</summary>
    public static DataFacts Inspect(DataSpec data, long seed, CancellationToken cancel = default) => Load(data, seed, null, cancel).Facts;

    private static DataBundle Read(
        DataSpec data,
        long seed,
        DataFacts? recorded,
        Packages? packages,
        DataCache? cache,
        ScratchSpace? scratch,
        RemoteFiles? remote,
        CancellationToken cancel)
    {
        var problems = new List<string>();
        var files = new DataFiles(recorded, problems, cancel, cache, scratch, remote);
        var train = LoadSource(data.Train, "data.train", files, packages, problems);
        var validation = data.Validation is ValidationSpec.Source source ? LoadSource(source.Rows, "data.validation", files, packages, problems) : null;
        var test = data.Test is null ? null : LoadSource(data.Test, "data.test", files, packages, problems);
        foreach (var (role, each) in data.Sources)
        {
            files.Demand(role, each.Files, each.Sha256);
        }

        (train, test) = (train?.Shaped(data.Transforms, problems), test?.Shaped(data.Transforms, problems));
        validation = validation?.Shaped(data.Transforms, problems);
        int[]? trainRows = null;
        int[]? validationRows = null;
        if (train is not null)
        {
            validation?.CheckLike(train, problems);
            test?.CheckLike(train, problems);
            if (data.Validation is ValidationSpec.Fraction fraction)
            {
                (trainRows, validationRows) = ValidationSplit.Of(train, fraction, seed, problems);
                validation = train;
            }
        }

        var widens = data.Train is SourceSpec.Csv { OneHot.Count: > 0 };
        if (train is not null && !widens)
        {
            CheckTransforms(data, train, problems);
        }

        Throw(problems);
        if (train!.Learn(trainRows, problems) is { } rules)
        {
            Throw(problems);
            validation = ReferenceEquals(validation, train) ? null : validation?.Complete(rules, problems);
            (train, test) = (train.Complete(rules, problems), test?.Complete(rules, problems));
            validation ??= validationRows is null ? null : train;
        }

        Throw(problems);
        if (widens)
        {
            CheckTransforms(data, train, problems);
            Throw(problems);
        }

        LoadedSource?[] all = [train, validation, test];
        var classes = all.Any(each => each is { Classes: null }) ? null : all.Max(each => each?.Classes);
        var facts = FactsOf(train, trainRows, validationRows?.Length ?? validation?.Count, test?.Count, classes, all, files);
        var transforms = Transforms.Learn(data.Transforms, facts, problems);
        Throw(problems);
        var bundle = new DataBundle
        {
            Train = train.ToRowSet(trainRows, classes, transforms, problems),
            Validation = validation?.ToRowSet(validationRows, classes, transforms, problems),
            Test = test?.ToRowSet(null, classes, transforms, problems),
            Facts = facts,
        };
        Throw(problems);
        return bundle with { Facts = bundle.Facts with { Targets = TargetRange.Of(bundle.Train, bundle.Validation, bundle.Test) } };
    }

    private static void CheckTransforms(DataSpec data, LoadedSource train, ICollection<string> problems) => Transforms.Check(
        data.Transforms,
        train.Channels,
        train.Shape.Count == 1 ? $"rows have {train.Channels} columns" : $"images have {train.Channels} channels",
        problems);

    private static LoadedSource? LoadSource(
        SourceSpec source, string role, DataFiles files, Packages? packages, List<string> problems) => source switch
        {
            SourceSpec.Idx idx => IdxFiles.Load(idx, role, files, problems),
            SourceSpec.Cifar10 cifar => Cifar10Files.Load(cifar, role, files, problems),
            SourceSpec.ImageFolder folder => ImageFolders.Load(folder, role, files, problems),
            SourceSpec.Numpy numpy => NumpyFiles.Load(numpy, role, files, problems),
            SourceSpec.Csv csv => CsvSource.Load(csv, role, files, problems),
            SourceSpec.Text text => TextSource.Load(text, role, files, problems),
            SourceSpec.OfClass own => UserSource.Load(own, role, files, packages, problems),
            _ => throw new ArgumentException($"The format {source.GetType().Name} is not known.", nameof(source)),
        };

    private static DataFacts FactsOf(LoadedSource train, int[]? trainRows, int? validation, int? test, int? classes, LoadedSource?[] all, DataFiles files)
    {
        var (mean, std) = train.Statistics(trainRows);
        var largest = classes is null ? null : all.Select(each => each?.LargestClass).MaxBy(each => each?.Class ?? -1);
        return new DataFacts
        {
            Files = files.All,
            TrainCount = trainRows?.Length ?? train.Count,
            ValidationCount = validation,
            TestCount = test,
            Shape = train.Shape,
            Classes = classes,
            NotClasses = all.FirstOrDefault(each => each?.NotClasses is not null)?.NotClasses,
            LargestClass = largest,
            AbsentClasses = largest is not null && classes is { } count ? Absent(all, count) : [],
            FeatureNames = train.FeatureNames,
            IndexColumns = train.IndexColumns,
            FeatureColumns = train.FeatureColumns,
            TargetNames = train.TargetNames,
            TargetCount = train.TargetCount,
            FeaturesAreIntegers = train.FeaturesAreIntegers,
            TargetsAreIntegers = train.TargetsAreIntegers,
            Vocabulary = train.Vocabulary,
            ClassNames = train.ClassNames,
            MissingValues = [.. all.Distinct().OfType<LoadedSource>().SelectMany(MissingOf)],
            Mean = mean,
            Std = std,
        };
    }

    private static IEnumerable<string> MissingOf(LoadedSource source) =>
    [
        .. source.Dropped.Select(pair => $"{source.Role}: {Rows(pair.Value)} left out, as column '{Shown.Text(pair.Key)}' has no value there."),
        .. source.Filled.Select(pair => $"{source.Role}: column '{Shown.Text(pair.Key)}' had no value in {Rows(pair.Value)}, and was filled."),
    ];

    private static string Rows(int count) => count == 1 ? "1 row" : $"{count} rows";

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
            throw new DataException([.. problems.Select(Printable.Of).Distinct()]);
        }
    }
}
