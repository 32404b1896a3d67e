using Sheaf.Contracts.Grains;

namespace Sheaf.Silo.Telemetry;

/// <summary>Whether this silo can serve: its part of the cluster answers a call. (Liveness, in contrast, is local only.)</summary>
internal sealed class Readiness(IGrainFactory grains)
{
    public async Task<IResult> Answer()
    {
        try
        {
            var silos = await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Describe();
            return Results.Text($"ready: {silos.Count} silos, {silos.Sum(silo => silo.Devices.Count)} devices\n");
        }
        catch (Exception e)
        {
            return Results.Text($"not ready: {e.Message}\n", statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }
}
