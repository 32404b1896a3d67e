using Sheaf.Client.Hosting;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>A silo of `run` that is a fake server in this process; records its end, and dies when a test says so.</summary>
internal sealed class FakeSilo(FakeServer server, string logPath) : ISiloLauncher, IRunningSilo
{
    private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SiloOptions? Started { get; private set; }

    public bool Stopped { get; private set; }

    public Uri Server => server.Address;

    public string LogPath => logPath;

    public Task<int> Exited => _exited.Task;

    public Task<IRunningSilo> StartAsync(SiloOptions options, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Started = options;
        return Task.FromResult<IRunningSilo>(this);
    }

    public void Die(int exitCode) => _exited.TrySetResult(exitCode);

    public Task StopAsync(CancellationToken now)
    {
        Stopped = true;
        _exited.TrySetResult(0);
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
