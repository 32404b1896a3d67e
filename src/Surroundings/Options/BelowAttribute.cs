namespace Sheaf.Surroundings.Options;

/// <summary>Two options have an order: this one's value must be less than the other's, or the same where <see cref="OrEqual"/> says so.</summary>
/// <param name="other">The other option, by its whole name without dashes before it: generations-lease.</param>
/// <param name="because">Half a sentence, after "because".</param>
[AttributeUsage(AttributeTargets.Property, AllowMultiple = true)]
public sealed class BelowAttribute(string other, string because) : Attribute
{
    public string Other { get; } = other;

    public string Because { get; } = because;

    public bool OrEqual { get; set; }
}
