namespace Sheaf.Client.Hosting;

/// <summary>A silo that this client started and owns.</summary>
internal interface IRunningSilo : IAsyncDisposable
{
    /// <summary>Its gRPC address.</summary>
    Uri Server { get; }

    /// <summary>Where its log output goes.</summary>
    string LogPath { get; }

    /// <summary>Completes with the exit code when the process has ended, for whatever reason.</summary>
    Task<int> Exited { get; }

    /// <summary>Asks it to end (SIGTERM) and waits; kills it when <paramref name="now"/> fires or after a generous time.</summary>
    Task StopAsync(CancellationToken now);
}
