using Sheaf.Contracts.Grains;
using Sheaf.Silo.Cluster;

namespace Sheaf.Silo.Diagnosis;

/// <summary>Asks everybody at the same time, each for a second at most, and explains what they said. Thread-safe.</summary>
internal sealed class WhyInquiry(IGrainFactory grains, IClusterMembershipService membership, ILocalSiloDetails silo, TimeProvider time)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <returns>Null: there is no such experiment.</returns>
    public async Task<WhyAnswer?> Ask(string experimentId)
    {
        var health = Try(() => grains.GetGrain<ICoordinatorGrain>(experimentId).Health());
        var view = Try(() => grains.GetGrain<IExperimentGrain>(experimentId).Describe());
        var pool = Try(() => grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Describe());
        await Task.WhenAll(health, view, pool);
        var ((said, failure), (recorded, _), (devices, _)) = (await health, await view, await pool);
        if (said is null && failure.Length == 0)
        {
            return null;
        }

        return WhyExplainer.Explain(new()
        {
            ExperimentId = experimentId,
            Asked = silo.Name,
            Health = said,
            CoordinatorFailure = failure,
            Recorded = recorded?.Run,
            Pool = devices,
            Silos = membership.CurrentSnapshot.Members.Values.GroupBy(member => member.Name, StringComparer.Ordinal)
                .ToDictionary(
                    group => group.Key, group => SiloStatusText.Of(group.MaxBy(member => member.SiloAddress.Generation)!.Status), StringComparer.Ordinal),
        });
    }

    private async Task<(T? Answer, string Failure)> Try<T>(Func<Task<T>> ask)
    {
        try
        {
            // On the pool: a grain call may take its time before it gives a task.
            return (await Task.Run(ask).Within(Patience, time), "");
        }
        catch (TimeoutException)
        {
            return (default, $"it did not answer within {Patience.TotalSeconds:0} s");
        }
        catch (Exception e)
        {
            return (default, e.Message);
        }
    }
}
