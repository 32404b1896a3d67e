using Microsoft.Extensions.Options;
using Orleans.Serialization.Activators;
using Orleans.Serialization.Configuration;
using Orleans.Serialization.Wire;

namespace Orleans.Serialization.Serializers;

/// <summary>Where the official assemblies look for codecs. Codecs are made at run time here, from attributes; see <see cref="CodecFactory"/>.</summary>
public sealed class CodecProvider(IServiceProvider serviceProvider, IOptions<TypeManifestOptions> codecConfiguration) : IActivatorProvider
{
    public IServiceProvider Services { get; } = serviceProvider;

    internal TypeManifestOptions Options { get; } = codecConfiguration.Value;

    public IActivator<T> GetActivator<T>() => new DefaultActivator<T>();

    private sealed class DefaultActivator<T> : IActivator<T>
    {
        public T Create() => ObjectActivator<T>.Create();
    }
}
