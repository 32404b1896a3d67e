using System.Security.Cryptography;
using Sheaf.Sdk;

#pragma warning disable MA0048, SA1402 // Small datasets side by side, each with one thing about it.

namespace Sheaf.Tests.UserCode;

/// <summary>Points of three blobs that follow from their numbers.</summary>
public class Blobs(int rows = 107) : IDataset
{
    public int Count => rows;

    public IReadOnlyList<int> FeatureShape { get; } = [2];

    public int? Classes => 3;

    public virtual void Read(int row, RowBuffer into)
    {
        var blob = row % 3;
        into.Features[0] = (float)(Math.Cos(2 * blob) + (0.2 * Math.Sin(row * 12.9898)));
        into.Features[1] = (float)(Math.Sin(2 * blob) + (0.2 * Math.Cos(row * 78.233)));
        into.TargetIntegers[0] = blob;
    }
}

public sealed class FickleBlobs : Blobs
{
    public override void Read(int row, RowBuffer into)
    {
        base.Read(row, into);
        into.Features[0] += RandomNumberGenerator.GetInt32(1_000_000) / 1e6f;
    }
}

public sealed class EndlessBlobs : Blobs
{
    public override void Read(int row, RowBuffer into)
    {
        base.Read(row, into);
        into.Features[1] = float.PositiveInfinity;
    }
}

public sealed class FourthBlob : Blobs
{
    public override void Read(int row, RowBuffer into)
    {
        base.Read(row, into);
        into.TargetIntegers[0] = row == 17 ? 3 : into.TargetIntegers[0];
    }
}

public sealed class BrokenBlobs : Blobs
{
    public override void Read(int row, RowBuffer into)
    {
        if (row == 5)
        {
            throw new InvalidDataException("no such row today");
        }

        base.Read(row, into);
    }
}

/// <summary>Text by bytes: integers in, the next ones as targets.</summary>
public sealed class Letters(string text, int context = 4) : IDataset
{
    private readonly byte[] _bytes = File.ReadAllBytes(text);

    public int Count => (_bytes.Length - 1) / context;

    public IReadOnlyList<int> FeatureShape { get; } = [context];

    public bool FeaturesAreIntegers => true;

    public IReadOnlyList<int> TargetShape { get; } = [context];

    public bool TargetsAreIntegers => true;

    public void Read(int row, RowBuffer into)
    {
        for (var i = 0; i < context; i++)
        {
            into.FeatureIntegers[i] = _bytes[(row * context) + i];
            into.TargetIntegers[i] = _bytes[(row * context) + i + 1];
        }
    }
}
