namespace Orleans.Serialization.Configuration;

public interface IProviderMetadataProvider
{
    void ConfigureProviders(IDictionary<(string Target, string Kind, string Name), Type> providers);
}
