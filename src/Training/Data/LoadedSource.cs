using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>All rows of one source of the spec, as they are in its files.</summary>
internal abstract class LoadedSource
{
    private static readonly Dictionary<string, int> NoCells = [];

    /// <summary>What the source is to the spec: <c>data.train</c> and so on.</summary>
    public required string Role { get; init; }

    /// <summary>Room for more than is kept in memory; null: there is none.</summary>
    public ScratchSpace? Scratch { get; init; }

    public abstract int Count { get; }

    /// <summary>What to say where a share of so few rows is none.</summary>
    protected static string NoneOf(string role, long rows, string file) =>
        $"{role}.share: '{file}' has {rows} rows, and none of them is in this share; widen it.";

    /// <summary>Of one row's features.</summary>
    public abstract IReadOnlyList<int> Shape { get; }

    /// <summary>Channels or columns: what a transform may have a value for.</summary>
    public int Channels => Shape[0];

    /// <summary>One more than the largest class; null where a target is no class.</summary>
    public abstract int? Classes { get; }

    public virtual string? NotClasses => null;

    /// <summary>The first row of the largest class; null where <see cref="Classes"/> is, or where no row has the class.</summary>
    public virtual ClassPlace? LargestClass
    {
        get
        {
            if (Classes is not { } classes)
            {
                return null;
            }

            var rows = Enumerable.Range(0, Count).Where(row => ClassOf(row) == classes - 1).ToArray();
            return rows.Length == 0 ? null : new(classes - 1, PlaceOfTarget(rows[0]), rows.Length);
        }
    }

    /// <summary>Only where <see cref="Classes"/> is not null.</summary>
    public abstract int ClassOf(int row);

    /// <summary>Source, file, and place of a row's target, for messages.</summary>
    protected abstract string PlaceOfTarget(int row);

    public virtual IReadOnlyList<string> FeatureNames => [];

    /// <summary>Columns of a table that number categories; no transform changes them.</summary>
    public virtual IReadOnlyList<int> IndexColumns => [];

    /// <summary>The columns of the file that patterns stand for; empty where there are none.</summary>
    public virtual IReadOnlyList<string> FeatureColumns => [];

    /// <summary>The columns to predict; empty for images.</summary>
    public virtual IReadOnlyList<string> TargetNames => [];

    /// <summary>Numbers to predict for a row, where no column's name says how many; null: the names do.</summary>
    public virtual int? TargetCount => null;

    /// <summary>The features of a row are integers.</summary>
    public virtual bool FeaturesAreIntegers => false;

    /// <summary>The targets of a row are integers.</summary>
    public virtual bool TargetsAreIntegers => false;

    /// <summary>The characters that integers stand for, in their order; null: they stand for none.</summary>
    public virtual string? Vocabulary => null;

    /// <summary>Of the classes 0, 1, 2, ...; empty where the spec names none.</summary>
    public virtual IReadOnlyList<string> ClassNames => [];

    /// <summary>Rows that were left out for want of a value, by column.</summary>
    public virtual IReadOnlyDictionary<string, int> Dropped => NoCells;

    /// <summary>Cells without a value that were given one, by column.</summary>
    public virtual IReadOnlyDictionary<string, int> Filled => NoCells;

    /// <summary>The source with the transforms of whole images applied; those of values are left.</summary>
    public virtual LoadedSource Shaped(IReadOnlyList<TransformSpec> transforms, ICollection<string> problems) => this;

    /// <summary>What all sources are completed by, where this one has the training rows; null: they are complete.</summary>
    /// <param name="rows">Those that are trained on; null: all.</param>
    public virtual SourceRules? Learn(int[]? rows, ICollection<string> problems) => null;

    /// <summary>The source with filled cells, and categories as columns. Before it, only counts and targets are final.</summary>
    public virtual LoadedSource Complete(SourceRules rules, ICollection<string> problems) => this;

    /// <summary>Mean and standard deviation (divided by n) of the features by channel, of the given rows (null: all).</summary>
    public abstract (double[] Mean, double[] Std) Statistics(int[]? rows);

    /// <summary>Adds what a <paramref name="other"/> source's rows cannot be fed to the same model for.</summary>
    public virtual void CheckLike(LoadedSource other, ICollection<string> problems)
    {
        if (!Shape.SequenceEqual(other.Shape))
        {
            problems.Add($"{Role}: its rows have the shape [{string.Join(", ", Shape)}], but those of {other.Role} have "
                + $"[{string.Join(", ", other.Shape)}]; all sources need the same.");
        }
    }

    /// <summary>
    /// The rows to train or evaluate with; <paramref name="rows"/> null means all. Shares the memory of every other call with the same transforms.
    /// </summary>
    public abstract RowSet ToRowSet(int[]? rows, int? classes, IReadOnlyList<TransformSpec> transforms, ICollection<string> problems);
}
