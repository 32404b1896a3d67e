namespace Sheaf.Specs.Schema;

/// <summary>
/// What the names of a choice are called elsewhere. Case, <c>_</c> and <c>-</c> do not matter, nor what PyTorch's and Keras' classes add:
/// <c>BCELoss</c> is <c>bce</c>, <c>StepLR</c> is <c>step</c>, <c>MaxPool2d</c> is <c>max_pool</c>.
/// </summary>
internal sealed class SpellingList
{
    private static readonly string[] Endings = ["loss", "lr", "score", "2d", "layer", "optimizer", "error"];

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public SpellingList(IEnumerable<(string Name, IReadOnlyList<string> Also)> names)
    {
        foreach (var (name, also) in names)
        {
            foreach (var spelling in also.Prepend(name))
            {
                _names.TryAdd(Names.Plain(spelling), name);
            }
        }
    }

    /// <summary>The name that such a spelling stands for; <c>null</c> where it is none.</summary>
    public string? Find(string spelling)
    {
        var plain = Names.Plain(spelling);
        foreach (var ending in Endings.Prepend(""))
        {
            if (plain.EndsWith(ending, StringComparison.Ordinal) && _names.TryGetValue(plain[..^ending.Length], out var name))
            {
                return name;
            }
        }

        return null;
    }
}
