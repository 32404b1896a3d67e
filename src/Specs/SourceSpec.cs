namespace Sheaf.Specs;

/// <summary>A source of rows: files of one format.</summary>
public abstract partial record SourceSpec
{
    private protected SourceSpec()
    {
    }

    /// <summary>The files that make up the source, in a fixed order; each is known by its SHA-256.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Which rows of the files belong to the source; null: all.</summary>
    public RowRange? Rows { get; init; }

    /// <summary>Which share of the files' rows, or of a text, belongs to the source, in place of <see cref="Rows"/>; null: all.</summary>
    public RowShare? Share { get; init; }

    /// <summary>Which of so many rows belong to the source; null: all.</summary>
    public RowRange? RowsOf(long count) => Share?.Of(count) is var (from, to) ? new(from, to - 1) : Rows;

    /// <summary>What the <see cref="Files"/> must have, in their order; empty: whatever they have at submit.</summary>
    public IReadOnlyList<string> Sha256 { get; init; } = [];

    /// <summary>What the classes 0, 1, 2, ... are called; empty where nothing but their numbers is known.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];
}
