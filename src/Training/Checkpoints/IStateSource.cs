using System.Diagnostics.CodeAnalysis;

namespace Sheaf.Training.Checkpoints;

/// <summary>Where a silo's data plane finds the states that other silos ask for. Called on thread-pool threads.</summary>
public interface IStateSource
{
    /// <summary>The state before <paramref name="step"/>, if this silo has it. It is read while it is sent: it must not change.</summary>
    bool TryGet(string experimentId, long step, [NotNullWhen(true)] out CheckpointSnapshot? snapshot);
}
