namespace Orleans.Serialization.Configuration;

/// <summary>Providers announce themselves here from their module initializers. Thread-safe.</summary>
public static class ProviderMetadataRegistry
{
    private static readonly List<IProviderMetadataProvider> s_providers = [];

    public static void Register(IProviderMetadataProvider provider)
    {
        lock (s_providers)
        {
            s_providers.Add(provider);
        }
    }
}
