namespace Sheaf.Specs;

/// <summary>Rows of a source by their place in its files, from 0, a header not counted; both ends belong to it.</summary>
public sealed record RowRange(long From, long To);
