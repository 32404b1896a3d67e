namespace Sheaf.Surroundings.Options;

/// <summary>A property that holds options of its own.</summary>
/// <param name="name">Begins the names of its options; empty: they have none before theirs.</param>
/// <param name="heading">Over its options in <c>--help</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OptionGroupAttribute(string name, string heading) : Attribute
{
    public string Name { get; } = name;

    public string Heading { get; } = heading;
}
