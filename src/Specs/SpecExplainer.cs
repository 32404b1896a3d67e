namespace Sheaf.Specs;

/// <summary>What a spec says, defaults included, key by key: <c>sheaf spec explain FILE</c>.</summary>
public static class SpecExplainer
{
    /// <summary>In the order of the reference (docs/spec.md). Of a spec with violations, what could be read.</summary>
    public static IReadOnlyList<SpecSetting> Explain(SpecResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Settings;
    }
}
