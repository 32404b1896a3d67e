using Microsoft.Extensions.Logging;

namespace Orleans.Runtime.Activations;

/// <summary>What takes part in an activation's start and end. Grains do not migrate here, so its migration participants are never asked.</summary>
internal sealed class ActivationLifecycle(ILogger logger) : LifecycleSubject(logger), IGrainLifecycle
{
    public void AddMigrationParticipant(IGrainMigrationParticipant participant)
    {
    }

    public void RemoveMigrationParticipant(IGrainMigrationParticipant participant)
    {
    }
}
