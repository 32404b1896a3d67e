using Sheaf.Sdk;
using Sheaf.Specs;
using Sheaf.Training.UserCode;

namespace Sheaf.Training.Data;

/// <summary>A user's dataset as one source of the spec.</summary>
internal sealed class UserSource : LoadedSource
{
    private readonly IDataset _dataset;
    private readonly string _name;
    private readonly int[]? _labels;
    private readonly IReadOnlyList<string> _classNames;

    private UserSource(IDataset dataset, string name, int[]? labels, IReadOnlyList<string> classNames) =>
        (_dataset, _name, _labels, _classNames) = (dataset, name, labels, classNames);

    public override int Count => _dataset.Count;

    public override IReadOnlyList<int> Shape => _dataset.FeatureShape;

    public override int? Classes => _dataset.Classes;

    public override string? NotClasses => Classes is null ? $"the rows of {_name} have no classes (its property Classes)" : null;

    public override int? TargetCount => Classes is null ? TargetsOf(_dataset) : 1;

    public override IReadOnlyList<string> ClassNames => _classNames;

    public override bool FeaturesAreIntegers => _dataset.FeaturesAreIntegers;

    public override bool TargetsAreIntegers => Classes is null && _dataset.TargetsAreIntegers;

    /// <summary>Numbers or integers of one row's target.</summary>
    public static int TargetsOf(IDataset dataset) =>
        dataset.Classes is null ? dataset.TargetShape.Aggregate(1, (product, size) => checked(product * size)) : 1;

    /// <summary>Null, with problems added, where it cannot be used. A target that is a class is looked at in every row.</summary>
    public static UserSource? Load(SourceSpec.OfClass spec, string role, DataFiles files, Packages? packages, ICollection<string> problems)
    {
        var before = problems.Count;
        foreach (var path in spec.Files)
        {
            files.Read(path, role, reader => reader);
        }

        if (problems.Count > before)
        {
            return null;
        }

        try
        {
            var arguments = spec.Class.Arguments.ToDictionary(pair => pair.Key, pair => pair.Value);
            foreach (var (name, path) in spec.Named)
            {
                arguments[name] = [path];
            }

            var code = packages ?? throw new UserCodeException($"{spec.Class.Type} cannot be loaded here: this process takes no code of users.");
            var dataset = code.Create<IDataset>(spec.Class, arguments);
            var labels = Check(dataset, spec, role, problems);
            return problems.Count > before ? null : new(dataset, spec.Class.Type, labels, spec.ClassNames) { Role = role };
        }
        catch (UserCodeException e)
        {
            problems.Add($"{role}: {e.Message}");
            return null;
        }
    }

    public override int ClassOf(int row) => _labels![row];

    /// <summary>None: a user's class scales its rows itself.</summary>
    public override (double[] Mean, double[] Std) Statistics(int[]? rows) => ([], []);

    public override RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems) =>
        new UserRows(_dataset, _name, rows, Classes is null ? null : classes);

    protected override string PlaceOfTarget(int row) => $"{Role}: {_name} row {row}";

    private static int[]? Check(IDataset dataset, SourceSpec.OfClass spec, string role, ICollection<string> problems)
    {
        var name = spec.Class.Type;
        if (dataset.Count < 1)
        {
            problems.Add($"{role}: {name}.Count is {dataset.Count}; at least one row is needed.");
        }

        foreach (var (property, shape) in new[] { ("FeatureShape", dataset.FeatureShape), ("TargetShape", dataset.Classes is null ? dataset.TargetShape
            : [1]) })
        {
            if (shape.Any(size => size < 1) || shape.Count is 0 or > 7)
            {
                problems.Add($"{role}: {name}.{property} is [{string.Join(", ", shape)}]; 1 to 7 sizes of at least 1 are needed.");
            }
        }

        if (dataset.Classes is not { } classes || problems.Count > 0)
        {
            return null;
        }

        if (spec.ClassNames.Count > classes || classes < 2)
        {
            problems.Add($"{role}: {name} has {classes} classes; at least 2 are needed, and as many as class_names has ({spec.ClassNames.Count}).");
            return null;
        }

        return Labels(new UserRows(dataset, name, null, classes), classes, $"{role}: {name}", problems);
    }

    private static int[] Labels(UserRows rows, int classes, string source, ICollection<string> problems)
    {
        var labels = new int[rows.Count];
        Span<long> label = [0];
        for (var row = 0; row < labels.Length; row++)
        {
            rows.GatherClasses([row], label);
            if (label[0] < 0 || label[0] >= classes)
            {
                problems.Add($"{source} has class {label[0]} at row {row}; it says that the classes are 0 to {classes - 1}.");
                break;
            }

            labels[row] = (int)label[0];
        }

        return labels;
    }
}
