namespace Sheaf.Specs;

/// <summary>A source of rows: files of one format.</summary>
public abstract record SourceSpec
{
    /// <summary>The files that make up the source, in a fixed order; each is known by its SHA-256.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>The IDX format of MNIST (a .gz is read as well): images of unsigned bytes [n, h, w] or [n, c, h, w], labels [n].</summary>
    public sealed record Idx(string Images, string Labels) : SourceSpec
    {
        public override IReadOnlyList<string> Files => [Images, Labels];
    }

    /// <summary>
    /// Comma-separated values with a header (RFC 4180). <paramref name="Features"/> become a float vector in that order;
    /// <paramref name="Target"/> is a number (regression), or a class 0..n-1 where the loss wants classes.
    /// <paramref name="Where"/> keeps the rows whose columns equal the given texts.
    /// </summary>
    public sealed record Csv(string Path, IReadOnlyList<string> Features, string Target, IReadOnlyDictionary<string, string> Where) : SourceSpec
    {
        public override IReadOnlyList<string> Files => [Path];
    }
}
