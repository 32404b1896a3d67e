namespace Sheaf.Surroundings.Options;

/// <summary>The order of <see cref="BelowAttribute"/>, said of the greater option: where the lesser one is shared by servers that do not have this one.</summary>
/// <param name="other">The other option, by its whole name without dashes before it.</param>
/// <param name="because">Half a sentence, after "because".</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class AboveAttribute(string other, string because) : Attribute
{
    public string Other { get; } = other;

    public string Because { get; } = because;
}
