namespace Sheaf.Surroundings;

/// <summary>A variable SHEAF_... that no part of Sheaf knows.</summary>
/// <param name="Near">The one that was meant, most likely; null: none is near, so that it may well be another program's.</param>
public sealed record UnknownVariable(string Name, string? Near)
{
    public override string ToString() => Near is null
        ? $"{Printable.Of(Name)} is no variable of Sheaf, which knows {string.Join(", ", SheafVariables.Known.Keys.Order(StringComparer.Ordinal))}"
        : $"{Printable.Of(Name)} is no variable of Sheaf; did you mean {Near}?";
}
