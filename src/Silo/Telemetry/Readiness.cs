using Sheaf.Contracts.Grains;
using Sheaf.Surroundings;
using Sheaf.Silo.Troubles;

namespace Sheaf.Silo.Telemetry;

/// <summary>
/// Whether this silo can serve: its part of the cluster answers a call; and what is not as it should be. (Liveness, in contrast, is local only.)
/// </summary>
internal sealed class Readiness(IGrainFactory grains, SiloTroubles troubles)
{
    public async Task<IResult> Answer()
    {
        var but = string.Concat(troubles.WithExperiments.Select(trouble => $"but: {trouble}\n"));
        try
        {
            var silos = await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Describe();
            return Results.Text(Printable.Lines($"ready: {silos.Count} silos, {silos.Sum(silo => silo.Devices.Count)} devices\n{but}"));
        }
        catch (Exception e)
        {
            return Results.Text(Printable.Lines($"not ready: {e.Message}\n{but}"), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
