namespace Sheaf.Specs;

/// <summary>Weights that the model begins with, in place of those that the seed draws.</summary>
/// <param name="File">Absolute: a <c>.safetensors</c> or <c>.pt</c> file, or the folder of a checkpoint.</param>
public sealed record WeightsSpec(string File)
{
    /// <summary>What the file must have; null: what it has at submit.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Parameters and buffers of the model that are not taken from the file: names, in which <c>*</c> stands for anything.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>The file's names for parts of the model: what a name begins with there, and here. The longest that fits counts.</summary>
    public IReadOnlyDictionary<string, string> Rename { get; init; } = new Dictionary<string, string>();

    /// <summary>What the model calls an array of the file.</summary>
    public string NameInModel(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var part = Rename.Keys.Where(key => BeginsWith(name, key)).MaxBy(key => key.Length);
        if (part is null)
        {
            return name;
        }

        var rest = name[part.Length..].TrimStart('.');
        return Rename[part].Length == 0 ? rest : rest.Length == 0 ? Rename[part] : $"{Rename[part]}.{rest}";
    }

    /// <summary>Whether a name is the part's, or that of something in it.</summary>
    public static bool BeginsWith(string name, string part)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(part);
        return name.StartsWith(part, StringComparison.Ordinal) && (name.Length == part.Length || name[part.Length] == '.');
    }
}
