using Orleans.Runtime.Activations;
using Orleans.Runtime.Messaging;

namespace Orleans.Runtime;

/// <summary>The silo's own part in its lifecycle.</summary>
internal sealed class SiloRuntime(ActivationCatalog catalog, PendingCalls pending, IMessageCenter center, SiloServices.Shared shared) : ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(
            "calls",
            ServiceLifecycleStage.RuntimeInitialize,
            _ =>
            {
                pending.Expired += center.Cancel;
                pending.Start();
                return Task.CompletedTask;
            },
            _ =>
            {
                pending.Stop();
                return Task.CompletedTask;
            });
        lifecycle.Subscribe(
            "activations",
            ServiceLifecycleStage.GrainDeactivation,
            _ =>
            {
                catalog.StartCollecting(shared.Time, shared.Collection.CollectionQuantum);
                return Task.CompletedTask;
            },
            catalog.StopAsync);
    }
}
