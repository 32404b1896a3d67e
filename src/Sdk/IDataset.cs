namespace Sheaf.Sdk;

/// <summary>
/// Rows by their number. A class that implements it is made once in each server process and then read by several threads at once, so <see cref="Read"/> changes
/// nothing. What it gives must follow from its constructor's arguments and files alone: the same row is the same numbers on every machine, each time. Its
/// constructor's parameters get their values by name, from the spec's <c>arguments</c> and, as absolute paths, from its <c>files</c>.
/// </summary>
public interface IDataset
{
    /// <summary>Rows; at least 1.</summary>
    int Count { get; }

    /// <summary>Of one row's features: [columns], [channels, height, width], [tokens].</summary>
    IReadOnlyList<int> FeatureShape { get; }

    /// <summary>The model gets Int64 (tokens, indices of an embedding) in place of Float32.</summary>
    bool FeaturesAreIntegers => false;

    /// <summary>Of one row's targets. With <see cref="Classes"/> it is not asked: the target is one class. Otherwise [n] for n numbers.</summary>
    IReadOnlyList<int> TargetShape => [1];

    /// <summary>The loss gets Int64 [n, ...] in place of Float32; only a loss of your own takes that. With <see cref="Classes"/> it is not asked.</summary>
    bool TargetsAreIntegers => false;

    /// <summary>The target is a class, 0 to <see cref="Classes"/> - 1; null: it is something else.</summary>
    int? Classes => null;

    /// <summary>Puts a row where <paramref name="into"/> says.</summary>
    /// <param name="row">0 to <see cref="Count"/> - 1.</param>
    void Read(int row, RowBuffer into);
}
