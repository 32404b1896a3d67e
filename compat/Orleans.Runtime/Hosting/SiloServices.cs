using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.GrainDirectory;
using Orleans.Metadata;
using Orleans.Runtime.Activations;
using Orleans.Runtime.Messaging;
using Orleans.Runtime.Placement;
using Orleans.Runtime.Streams;
using Orleans.Runtime.Timers;
using Orleans.Serialization;
using Orleans.Serialization.Wire;
using Orleans.Storage;
using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>Everything that a silo is made of.</summary>
internal static class SiloServices
{
    /// <summary>Registers it, once a service collection.</summary>
    public static void AddTo(IServiceCollection services)
    {
        if (services.Any(s => s.ServiceType == typeof(Shared)))
        {
            return;
        }

        services.AddOptions();
        services.AddLogging();
        services.AddSerializer();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton<TimeProvider>(KeyedService.AnyKey, static (provider, _) => provider.GetRequiredService<TimeProvider>());
        services.TryAddSingleton<IGrainStorageSerializer, SystemTextJsonGrainStorageSerializer>();

        services.AddSingleton<ICodecExtension, ReferenceCodecExtension>();
        services.AddSingleton<InterfaceRegistry>();
        services.AddSingleton<ReferenceActivator>();
        services.AddSingleton<GrainFactory>();
        services.AddSingleton<IGrainFactory>(p => p.GetRequiredService<GrainFactory>());
        services.AddSingleton<IClusterClient>(p => p.GetRequiredService<GrainFactory>());
        services.AddSingleton<IGrainReferenceRuntime, GrainReferenceRuntime>();
        services.AddSingleton(p => new PendingCalls(
            p.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Messaging),
            p.GetRequiredService<IOptions<SiloMessagingOptions>>().Value,
            p.GetRequiredService<ILoggerFactory>().CreateLogger("Orleans.Messaging")));
        services.AddSingleton<ResponseCopier>();

        services.AddSingleton<PlacementService>();
        services.AddSingleton<ActivationCatalog>();
        services.AddSingleton<Shared>();
        services.AddSingleton<ITimerRegistry, TimerRegistry>();
        services.AddSingleton<IGrainRuntime, GrainRuntime>();
        services.AddTransient(_ => RuntimeContext.Current ?? throw new InvalidOperationException("There is a grain context only while a grain is made or called."));
        services.AddKeyedTransient<IGrainExtension, AsyncEnumerableExtension>(typeof(IAsyncEnumerableGrainExtension));
        services.AddSingleton<IPersistentStateFactory, PersistentStateFactory>();
        services.AddSingleton<IAttributeToFactoryMapper<PersistentStateAttribute>, PersistentStateAttributeMapper>();

        services.AddSingleton<SiloLifecycleSubject>();
        services.AddSingleton<ISiloLifecycleSubject>(p => p.GetRequiredService<SiloLifecycleSubject>());
        services.AddSingleton<ISiloLifecycle>(p => p.GetRequiredService<SiloLifecycleSubject>());
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SiloRuntime>();
        ClusterServices.AddTo(services);
        services.AddSingleton<IHostedService, SiloHostedService>();
    }

    /// <summary>What activations and their requests need of the silo.</summary>
    internal sealed class Shared(
        IServiceProvider services,
        ILocalSiloDetails silo,
        IMessageCenter messageCenter,
        ReferenceActivator references,
        ActivationCatalog catalog,
        IGrainDirectory directory,
        ResponseCopier responseCopier,
        IEnumerable<IIncomingGrainCallFilter> incomingFilters,
        IOptions<SiloMessagingOptions> messaging,
        IOptions<GrainCollectionOptions> collection,
        [FromKeyedServices(TimeProviderNames.ActivationManagement)] TimeProvider time,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider messagingTime,
        ILogger<Grain> logger)
    {
        public IServiceProvider Services { get; } = services;

        public ILocalSiloDetails Silo { get; } = silo;

        public IMessageCenter MessageCenter { get; } = messageCenter;

        public ReferenceActivator References { get; } = references;

        public ActivationCatalog Catalog { get; } = catalog;

        public IGrainDirectory Directory { get; } = directory;

        public ResponseCopier ResponseCopier { get; } = responseCopier;

        public IIncomingGrainCallFilter[] IncomingFilters { get; } = [.. incomingFilters];

        public SiloMessagingOptions Messaging { get; } = messaging.Value;

        public GrainCollectionOptions Collection { get; } = collection.Value;

        public TimeProvider Time { get; } = time;

        public TimeProvider MessagingTime { get; } = messagingTime;

        public ILogger Logger { get; } = logger;
    }
}
