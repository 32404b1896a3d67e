using Sheaf.Client.Connections;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>`run --resume`: the server knows what may go on, and says why not.</summary>
internal static class Resumption
{
    /// <summary>The experiment, resumed where it stands still; what runs already, or is completed, stays as it is.</summary>
    /// <exception cref="Failures.CliException">The server refuses, in its own words.</exception>
    public static Task<Experiment> ResumeAsync(ServerConnection server, Experiment experiment, CancellationToken cancellation) =>
        experiment.Resumable || experiment.State is State.Paused or State.Failed or State.Cancelled
            ? server.CallAsync(
                $"resume {experiment.Id}", call => server.Experiments.ResumeAsync(new ResumeRequest { ExperimentId = experiment.Id }, call), cancellation)
            : Task.FromResult(experiment);
}
