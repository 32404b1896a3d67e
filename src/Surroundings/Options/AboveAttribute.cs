namespace Sheaf.Surroundings.Options;

/// <summary>The order of <see cref="BelowAttribute"/>, said of the greater option: for a lesser one that other servers have too.</summary>
/// <param name="other">The other option, by its whole name without dashes before it.</param>
/// <param name="because">Half a sentence, after "because".</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class AboveAttribute(string other, string because) : Attribute
{
    public string Other { get; } = other;

    public string Because { get; } = because;
}
