using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>A silo in this process, started. Disposing stops it.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private bool _stopped;

    private TestSilo(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public Probe Probe => _host.Services.GetRequiredService<Probe>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <param name="start">False: only its services are wanted.</param>
    public static async Task<TestSilo> StartAsync(Action<ISiloBuilder>? configure = null, bool start = true)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering();
            silo.Services.AddSingleton<Probe>().AddSingleton<CopyTests.Keeper>();
            configure?.Invoke(silo);
        });
        var host = builder.Build();
        if (start)
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
        }

        return new TestSilo(host) { _stopped = !start };
    }

    public async Task StopAsync()
    {
        _stopped = true;
        await _host.StopAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stopped)
        {
            await StopAsync();
        }

        _host.Dispose();
    }
}
