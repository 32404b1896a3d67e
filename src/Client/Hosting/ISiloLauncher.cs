namespace Sheaf.Client.Hosting;

internal interface ISiloLauncher
{
    /// <summary>Starts a silo and returns when it takes calls.</summary>
    /// <exception cref="Failures.CliException">It could not be found or started, or ended before it was ready.</exception>
    Task<IRunningSilo> StartAsync(SiloOptions options, CancellationToken cancellation);
}
