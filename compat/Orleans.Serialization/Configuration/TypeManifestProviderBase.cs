using Microsoft.Extensions.Options;

namespace Orleans.Serialization.Configuration;

public abstract class TypeManifestProviderBase : ITypeManifestProvider
{
    public virtual object Key => GetType();

    void IConfigureOptions<TypeManifestOptions>.Configure(TypeManifestOptions options) => ConfigureInner(options);

    protected abstract void ConfigureInner(TypeManifestOptions options);
}
