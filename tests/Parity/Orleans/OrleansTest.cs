using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
using Orleans.Storage;
using Orleans.TestingHost;

namespace Sheaf.Tests.Parity.Orleans;

/// <summary>One silo of Orleans itself, with the options of ours that its semantics depend on, and its client.</summary>
public abstract class OrleansTest : IAsyncLifetime
{
    internal Probe Probe { get; } = new();

    internal FlakyStore Store { get; } = new();

    internal InProcessTestCluster Cluster { get; private set; } = null!;

    /// <summary>Calls from within the silo, as grains and services of it make them.</summary>
    internal IGrainFactory Local => Cluster.Silos[0].ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>Calls from another process, as far as Orleans is concerned.</summary>
    internal IGrainFactory Remote => Cluster.Client;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton(Probe);
            silo.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, (_, _) => (IGrainStorage)Store);
            silo.Configure<SiloMessagingOptions>(messaging => messaging.CancelRequestOnTimeout = true);
        });
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await Cluster.DisposeAsync();
}
