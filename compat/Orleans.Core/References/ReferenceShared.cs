using Orleans.CodeGeneration;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace Orleans.Runtime;

/// <summary>What all references of one grain type and interface share; ours also holds the copier.</summary>
internal sealed class ReferenceShared(
    GrainType grainType,
    GrainInterfaceType interfaceType,
    IGrainReferenceRuntime runtime,
    CodecProvider codecs,
    CopyContextPool pool,
    IServiceProvider services,
    DeepCopier copier) : GrainReferenceShared(grainType, interfaceType, 0, runtime, InvokeMethodOptions.None, codecs, pool, services)
{
    public DeepCopier Copier { get; } = copier;
}
