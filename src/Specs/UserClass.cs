namespace Sheaf.Specs;

/// <summary>A C# class of the user's own, in a project that the CLI builds and sends to the servers as a package.</summary>
public sealed record UserClass
{
    /// <summary>The project file that the class is in; absolute.</summary>
    public required string Project { get; init; }

    /// <summary>Full name: namespace and class.</summary>
    public required string Type { get; init; }

    /// <summary>For the constructor's parameters of these names; several values where a list was given.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Arguments { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>SHA-256 (lower-case hexadecimal) of what the project was built to; <c>null</c> before it is built.</summary>
    public string? Package { get; init; }
}
