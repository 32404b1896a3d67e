using Sheaf.Specs;
using Sheaf.Training.Randomness;

namespace Sheaf.Training.Data;

/// <summary>Takes the validation rows out of the training rows.</summary>
internal static class ValidationSplit
{
    /// <summary>Both parts keep the order of the file. Null, with a problem added, where the share leaves one of them without a row.</summary>
    public static (int[]? Train, int[]? Validation) Of(LoadedSource source, ValidationSpec.Fraction fraction, long seed, ICollection<string> problems)
    {
        var count = source.Count;
        if (fraction.Take == ValidationTake.Stratified && source.Classes is null)
        {
            problems.Add($"data.validation.take: stratified needs classes, and the targets of {source.Role} are numbers; use random or last.");
            return (null, null);
        }

        if (fraction.Take == ValidationTake.Stratified && source.TargetCount > 1)
        {
            problems.Add($"data.validation.take: stratified needs a single class in a row, and those of {source.Role} have {source.TargetCount}; use random or "
                + "last.");
            return (null, null);
        }

        var order = Enumerable.Range(0, count).ToArray();
        int[] validation = fraction.Take switch
        {
            ValidationTake.Last => order[(count - Share(count))..],
            ValidationTake.Stratified => [.. order.GroupBy(source.ClassOf).OrderBy(rows => rows.Key).SelectMany(rows => Drawn([.. rows], rows.Key))],
            _ => Drawn(order, 0),
        };
        if (validation.Length < 1 || validation.Length >= count)
        {
            problems.Add(
                $"data.validation.fraction: {fraction.Value:R} of {count} training rows is {validation.Length} rows; "
                + "both the training and the validation rows need at least 1.");
            return (null, null);
        }

        var taken = validation.ToHashSet();
        return ([.. Enumerable.Range(0, count).Where(row => !taken.Contains(row))], validation.Order().ToArray());

        int Share(int rows) => Math.Min(rows, (int)Math.Round(rows * fraction.Value, MidpointRounding.AwayFromZero));

        int[] Drawn(int[] rows, int stratum)
        {
            new KeyedRandom(seed, RandomPurpose.Split, 0, stratum).Shuffle(rows);
            return rows[..Share(rows.Length)];
        }
    }
}
