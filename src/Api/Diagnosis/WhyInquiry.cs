using Sheaf.Api.Cluster;
using Sheaf.Api.Options;
using Sheaf.Contracts.Grains;

namespace Sheaf.Api.Diagnosis;

/// <summary>
/// Asks coordinator, experiment, device pool and membership at the same time, with a limit for each, and explains their answers. Thread-safe.
/// </summary>
internal sealed class WhyInquiry(IGrainFactory grains, IClusterLook look, ServerIdentity server, ApiOptions options, TimeProvider time)
{
    /// <returns>Null: there is no such experiment.</returns>
    public async Task<WhyAnswer?> Ask(string experimentId)
    {
        var health = Try(() => grains.GetGrain<ICoordinatorGrain>(experimentId).Health());
        var view = Try(() => grains.GetGrain<IExperimentGrain>(experimentId).Describe());
        var pool = Try(() => grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Describe());
        var cluster = Try(() => look.Look(CancellationToken.None));
        await Task.WhenAll(health, view, pool, cluster);
        var ((said, failure), (recorded, _), (devices, _), (members, _)) = (await health, await view, await pool, await cluster);
        if (said is null && failure.Length == 0)
        {
            return null;
        }

        return WhyExplainer.Explain(new()
        {
            ExperimentId = experimentId,
            Asked = server.Name,
            Health = said,
            CoordinatorFailure = failure,
            Recorded = recorded?.Run,
            Pool = devices,
            Silos = (members?.Members ?? []).GroupBy(member => member.Name, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => ClusterView.Text(group.MaxBy(member => member.Incarnation)!.Status), StringComparer.Ordinal),
        });
    }

    private async Task<(T? Answer, string Failure)> Try<T>(Func<Task<T>> ask)
    {
        try
        {
            // On the pool: a grain call may take its time before it gives a task.
            return (await Task.Run(ask).Within(options.CoordinatorWithin, time), "");
        }
        catch (TimeoutException)
        {
            return (default, $"it did not answer within {options.CoordinatorWithin.TotalSeconds:0.##} s");
        }
        catch (Exception e)
        {
            return (default, FailureText.Of(e));
        }
    }
}
