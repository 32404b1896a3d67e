using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime.Proxies;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace Orleans.Runtime;

/// <summary>Makes grain references. Thread-safe.</summary>
internal sealed class ReferenceActivator(IServiceProvider services, InterfaceRegistry interfaces, CodecProvider codecs, CopyContextPool pool, DeepCopier copier)
{
    private readonly ConcurrentDictionary<(GrainType, GrainInterfaceType), (ReferenceShared Shared, Func<GrainReferenceShared, IdSpan, GrainReference> Create)> _makers = new();
    private IGrainReferenceRuntime? _runtime;

    public GrainReference Create(GrainId id, GrainInterfaceType interfaceType)
    {
        var (shared, create) = _makers.GetOrAdd((id.Type, interfaceType), static (key, self) => self.Make(key.Item1, key.Item2), this);
        return create(shared, id.Key);
    }

    public T Cast<T>(GrainId id) => (T)(object)Create(id, interfaces.GetInterfaceType(typeof(T)));

    private (ReferenceShared Shared, Func<GrainReferenceShared, IdSpan, GrainReference> Create) Make(GrainType grainType, GrainInterfaceType interfaceType)
    {
        _runtime ??= services.GetRequiredService<IGrainReferenceRuntime>();
        var shared = new ReferenceShared(grainType, interfaceType, _runtime, codecs, pool, services, copier);
        return (shared, interfaceType.IsDefault ? static (s, key) => new UntypedReference(s, key) : ProxyFactory.For(interfaces.GetInterface(interfaceType)));
    }

    private sealed class UntypedReference(GrainReferenceShared shared, IdSpan key) : GrainReference(shared, key);
}
