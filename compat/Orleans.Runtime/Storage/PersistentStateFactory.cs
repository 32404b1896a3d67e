using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Core;
using Orleans.Providers;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orleans.Runtime;

public class PersistentStateFactory : IPersistentStateFactory
{
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration cfg)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(cfg);
        var services = context.ActivationServices;
        var storage = cfg.StorageName is null ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(cfg.StorageName);
        if (storage is null)
        {
            throw new BadProviderConfigException(
                $"The state '{cfg.StateName}' of grain {context.GrainId} uses the storage provider '{cfg.StorageName ?? ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME}', but there is none of that name: register it, or correct the name.");
        }

        var state = new State<TState>(GetFullStateName(context, cfg), context, storage, services.GetRequiredService<ILoggerFactory>(), services.GetRequiredService<IActivatorProvider>());
        context.ObservableLifecycle.Subscribe(cfg.StateName, GrainLifecycleStage.SetupState, state.OnStart);
        return state;
    }

    protected virtual string GetFullStateName(IGrainContext context, IPersistentStateConfiguration cfg) => cfg.StateName;

    private sealed class State<TState>(string name, IGrainContext context, IGrainStorage store, ILoggerFactory loggers, IActivatorProvider activators)
        : StateStorageBridge<TState>(name, context, store, loggers, activators), IPersistentState<TState>
    {
        public Task OnStart(CancellationToken cancellationToken) => cancellationToken.IsCancellationRequested ? Task.CompletedTask : ReadStateAsync();
    }
}
