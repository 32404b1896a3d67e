namespace Sheaf.Training.Data;

/// <summary>The contents of an IDX file: <paramref name="Data"/> is as long as the product of <paramref name="Shape"/>.</summary>
internal sealed record IdxArray(int[] Shape, byte[] Data);
