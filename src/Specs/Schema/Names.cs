namespace Sheaf.Specs.Schema;

/// <summary>Suggestions for names that do not exist.</summary>
internal static class Names
{
    // What the same thing is called elsewhere.
    private static readonly Dictionary<string, string> Synonyms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["lr"] = "learning_rate",
        ["eps"] = "epsilon",
        ["channels"] = "out",
        ["out_channels"] = "out",
        ["out_features"] = "out",
        ["units"] = "out",
        ["kernel_size"] = "kernel",
        ["num_embeddings"] = "count",
        ["vocabulary"] = "count",
        ["vocab_size"] = "count",
        ["embedding_dim"] = "width",
        ["hidden_size"] = "hidden",
        ["num_layers"] = "layers",
        ["num_heads"] = "heads",
        ["nhead"] = "heads",
        ["dim_feedforward"] = "feedforward",
        ["is_causal"] = "causal",
        ["num_classes"] = "classes",
        ["p"] = "probability",
        ["num_epochs"] = "epochs",
        ["max_grad_norm"] = "clip_norm",
        ["lr_scheduler"] = "schedule",
        ["criterion"] = "loss",
        ["step_size"] = "every",
        ["l2_regularization"] = "weight_decay",
        ["random_seed"] = "seed",
        ["num_workers"] = "workers",
        ["val"] = "validation",
    };

    // Lazy: the table refers to types whose messages need names.
    private static readonly Lazy<ILookup<string, string>> Places =
        new(() => Sections.ExperimentSection.Type.Rows("").Select(r => r.Key).ToLookup(k => k[(k.LastIndexOf('.') + 1)..]));

    /// <summary>The allowed name that was probably meant; <c>null</c> where none is near.</summary>
    /// <param name="spellings">What the allowed names are called elsewhere, where that is known.</param>
    public static string? Nearest(string name, IEnumerable<string> allowed, SpellingList? spellings = null)
    {
        var candidates = allowed.ToList();
        var plain = Plain(name);
        if (spellings?.Find(name) is { } known)
        {
            return known;
        }

        if (Synonyms.TryGetValue(name, out var synonym) && candidates.Contains(synonym))
        {
            return synonym;
        }

        if (name.Length > 64)
        {
            return null;
        }

        var best = candidates.Select(c => (Name: c, Distance: Distance(plain, Plain(c)))).OrderBy(c => c.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Math.Min(plain.Length, best.Name.Length) / 3) ? best.Name : null;
    }

    /// <summary>"; did you mean "x"? Allowed here: x, y, z", or where the name belongs when it is one of another place.</summary>
    public static string Hint(string name, IReadOnlyCollection<string> allowed, SpellingList? spellings = null)
    {
        var hint = ";";
        if (Nearest(name, allowed, spellings) is { } near)
        {
            hint = $"; did you mean \"{near}\"?";
        }
        else if (Places.Value[name].Take(2).ToList() is { Count: > 0 } places)
        {
            hint = $"; it belongs at {string.Join(" or ", places)}.";
        }

        return $"{hint} Allowed here: {string.Join(", ", allowed)}";
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours, each 1.</summary>
    public static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (var j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var change = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(change, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }

    /// <summary>batchSize, batch-size and Batch_Size are batch_size to a person.</summary>
    public static string Plain(string name) => name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
