using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orleans.Storage;

/// <summary>Gives a storage provider without a serializer of its own the one registered under its name, or the default one.</summary>
public class DefaultStorageProviderSerializerOptionsConfigurator<TOptions>(IServiceProvider serviceProvider) : IPostConfigureOptions<TOptions>
    where TOptions : class, IStorageProviderSerializerOptions
{
    public void PostConfigure(string? name, TOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.GrainStorageSerializer is null)
        {
            options.GrainStorageSerializer = (name is null ? null : serviceProvider.GetKeyedService<IGrainStorageSerializer>(name))
                ?? serviceProvider.GetRequiredService<IGrainStorageSerializer>();
        }
    }
}
