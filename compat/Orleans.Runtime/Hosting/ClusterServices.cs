using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.GrainDirectory;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Links;
using Orleans.Runtime.MembershipService;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.Probes;

namespace Orleans.Runtime;

/// <summary>
/// What differs between a silo that is alone and one of many: with a membership table (UseAdoNetClustering) it is one of many, without it is alone, listens
/// on no port and sends nothing.
/// </summary>
internal static class ClusterServices
{
    public static void AddTo(IServiceCollection services)
    {
        services.TryAddSingleton<ILocalSiloDetails>(p => new LocalSiloDetails(
            p.GetRequiredService<IOptions<SiloOptions>>().Value,
            p.GetRequiredService<IOptions<ClusterOptions>>().Value,
            p.GetRequiredService<IOptions<EndpointOptions>>().Value,
            endpoint => IsOneOfMany(p) ? p.GetRequiredService<DirectoryTable>().LastGeneration(endpoint) : 0));
        services.AddSingleton<SingleSiloMembership>();
        services.AddSingleton<LocalGrainDirectory>();
        services.AddSingleton<MessageCenter>();

        services.TryAddSingleton<IFatalErrorHandler, FatalErrorHandler>();
        services.TryAddSingleton<SiloSocket>();
        services.AddSingleton<Prober>();
        services.AddSingleton<ClusterMembership>();
        services.AddSingleton<MembershipGossip>();
        services.AddSingleton<MembershipAgent>();
        services.AddSingleton<Farewell>();
        services.AddSingleton<SiloMonitor>();
        services.AddSingleton<SiloDeath>();
        services.AddSingleton<DirectoryTable>();
        services.AddSingleton<ClusterGrainDirectory>();
        services.AddSingleton<GrainLocator>();
        services.AddSingleton<ActivationFinder>();
        services.AddSingleton(p => new MessageCodec(p.GetRequiredService<Orleans.Serialization.Wire.CodecFactory>(), p.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging)));
        services.AddSingleton<SiloLinks>();
        services.AddSingleton<LinkReceiver>();
        services.AddSingleton<ILinkReceiver>(p => p.GetRequiredService<LinkReceiver>());
        services.AddSingleton<LinkServer>();
        services.AddSingleton<ClusterMessageCenter>();

        services.AddSingleton<IClusterMembershipService>(p => IsOneOfMany(p) ? p.GetRequiredService<ClusterMembership>() : p.GetRequiredService<SingleSiloMembership>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(p => IsOneOfMany(p) ? p.GetRequiredService<MembershipAgent>() : p.GetRequiredService<SingleSiloMembership>());
        services.AddSingleton<IGrainDirectory>(p => IsOneOfMany(p) ? p.GetRequiredService<ClusterGrainDirectory>() : p.GetRequiredService<LocalGrainDirectory>());
        services.AddSingleton<IMessageCenter>(p => IsOneOfMany(p) ? p.GetRequiredService<ClusterMessageCenter>() : p.GetRequiredService<MessageCenter>());
    }

    private static bool IsOneOfMany(IServiceProvider services) => services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IMembershipTable));
}
