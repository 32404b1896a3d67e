namespace Sheaf.Surroundings.Options;

/// <summary>
/// A property that a server's operator may set, on the command line, by a variable or in a file. The value of a new object is its default. Parser, checks,
/// <c>--help</c> and <c>docs/operations.md</c> are made from these.
/// </summary>
/// <param name="meaning">One sentence, without its full stop.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionAttribute(string meaning) : Attribute
{
    public string Meaning { get; } = meaning;

    public OptionKind Kind { get; set; }

    /// <summary>The smallest value, written as an operator would: "100ms", "1", "0.5". Null: of numbers 0, of times none.</summary>
    public string? Least { get; set; }

    /// <summary>The largest value.</summary>
    public string? Most { get; set; }

    /// <summary>What stands for the value in <c>--help</c>; null: the type says it.</summary>
    public string? Value { get; set; }

    /// <summary>What is said of the default where it depends on the machine or on other options; null: the default itself.</summary>
    public string? Default { get; set; }

    /// <summary>It means nothing to a silo that is alone, which refuses it.</summary>
    public bool OfClusters { get; set; }
}
