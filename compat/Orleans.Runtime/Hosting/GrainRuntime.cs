using Microsoft.Extensions.DependencyInjection;
using Orleans.Core;
using Orleans.Runtime.Activations;
using Orleans.Storage;
using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>What <see cref="Grain"/> reaches the silo through. Thread-safe.</summary>
internal sealed class GrainRuntime(
    ILocalSiloDetails silo, IGrainFactory grainFactory, ITimerRegistry timers, IServiceProvider services, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : IGrainRuntime
{
    public string SiloIdentity { get; } = silo.SiloAddress.ToString();

    public SiloAddress SiloAddress { get; } = silo.SiloAddress;

    public IGrainFactory GrainFactory { get; } = grainFactory;

    public ITimerRegistry TimerRegistry { get; } = timers;

    public IServiceProvider ServiceProvider { get; } = services;

    public TimeProvider TimeProvider { get; } = time;

    public void DeactivateOnIdle(IGrainContext grainContext) =>
        grainContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).DelayDeactivation(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) =>
        new StateStorageBridge<TGrainState>("state", grainContext, GrainStorageHelpers.GetGrainStorage(grainContext.GrainInstance!.GetType(), ServiceProvider));
}
