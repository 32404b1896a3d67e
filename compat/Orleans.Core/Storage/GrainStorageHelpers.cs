using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;

namespace Orleans.Storage;

public static class GrainStorageHelpers
{
    /// <summary>The provider that a grain class names with [StorageProvider], or the default one.</summary>
    public static IGrainStorage GetGrainStorage(Type grainType, IServiceProvider services)
    {
        var name = grainType.GetCustomAttribute<StorageProviderAttribute>()?.ProviderName;
        var provider = string.IsNullOrEmpty(name) ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(name);
        return provider ?? throw new BadProviderConfigException(string.IsNullOrEmpty(name)
            ? $"{grainType} uses the default grain storage provider, but there is none: register one under the name 'Default'."
            : $"{grainType} uses the grain storage provider '{name}', but there is none of that name: register it, or correct the name.");
    }
}
