using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.Wire;

namespace Orleans.Serialization;

public static class ServiceCollectionExtensions
{
    public static IServiceCollection AddSerializer(this IServiceCollection services, Action<ISerializerBuilder>? configure = null)
    {
        services.AddOptions();
        services.TryAddSingleton<CodecProvider>();
        services.TryAddSingleton<IActivatorProvider>(provider => provider.GetRequiredService<CodecProvider>());
        services.TryAddSingleton<CopyContextPool>();
        services.TryAddSingleton(provider => new CodecFactory(provider.GetServices<ICodecExtension>()));
        services.TryAddSingleton(provider => new DeepCopier(provider.GetRequiredService<CodecFactory>()));
        services.TryAddSingleton(provider => new Serializer(provider.GetRequiredService<CodecFactory>()));
        configure?.Invoke(new Builder(services));
        return services;
    }

    private sealed class Builder(IServiceCollection services) : ISerializerBuilder
    {
        public IServiceCollection Services { get; } = services;
    }
}
