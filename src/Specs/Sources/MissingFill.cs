using System.Globalization;

namespace Sheaf.Specs;

/// <summary>What a feature without a value becomes.</summary>
public abstract record MissingFill
{
    /// <summary>The row is left out.</summary>
    public static MissingFill Drop { get; } = new Named("drop");

    /// <summary>The mean of the training rows' values in that column.</summary>
    public static MissingFill Mean { get; } = new Named("mean");

    /// <summary>The median of the training rows' values in that column: the mean of the middle two where their number is even.</summary>
    public static MissingFill Median { get; } = new Named("median");

    /// <summary>As a spec has it.</summary>
    public abstract string Text { get; }

    /// <summary>A number of the user's.</summary>
    public sealed record Constant(double Value) : MissingFill
    {
        public override string Text => Value.ToString("R", CultureInfo.InvariantCulture);
    }

    private sealed record Named(string Name) : MissingFill
    {
        public override string Text => Name;
    }
}
