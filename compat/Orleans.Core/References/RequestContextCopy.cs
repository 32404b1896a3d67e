using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>The caller's <see cref="RequestContext"/> as it goes with a message: the callee's changes do not show at the caller.</summary>
internal static class RequestContextCopy
{
    public static Dictionary<string, object>? Export(DeepCopier copier)
    {
        if (RequestContext.CallContextData.Value.Values is not { Count: > 0 } values)
        {
            return null;
        }

        var copy = new Dictionary<string, object>(values.Count);
        foreach (var (key, value) in values)
        {
            copy.Add(key, copier.Copy(value));
        }

        return copy;
    }

    public static void Import(Dictionary<string, object>? values) => RequestContext.CallContextData.Value = new() { Values = values };
}
