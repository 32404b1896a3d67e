using Grpc.Core;
using Sheaf.Testbed;
using Sheaf.V1;

namespace Sheaf.Tests.Faults;

/// <summary>
/// A test on the shared cluster, which is whole again when it begins. One that fails shows the logs of all silos and what happened to its runs.
/// </summary>
public abstract class FaultTest(SharedCluster shared) : IAsyncLifetime
{
    /// <summary>Makes each step last some milliseconds, so that a run is still going when something is done to it.</summary>
    private protected const string Pace = "before-compute@*:*#*=delay:2";

    /// <summary>The same where a silo is to start within the run.</summary>
    private protected const string SlowPace = "before-compute@*:*#*=delay:10";

    private static int _number;

    private readonly List<RunFollower> _runs = [];

    private protected TestCluster Cluster => shared.Cluster;

    private protected Reference Reference => shared.Reference;

    public virtual async ValueTask InitializeAsync() => await Cluster.RestoreAsync();

    public async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            Tell();
        }

        foreach (var run in _runs)
        {
            await run.DisposeAsync();
            if (!run.Ended)
            {
                await Cluster.RestoreAsync();
                try
                {
                    await Cluster.CallAsync((silo, options) => silo.Experiments.CancelAsync(new() { ExperimentId = run.Id }, options));
                }
                catch (RpcException e) when (e.StatusCode == StatusCode.FailedPrecondition)
                {
                    // It has ended by itself meanwhile.
                }
            }
        }
    }

    /// <summary>Starts the small experiment under an id of its own.</summary>
    private protected async Task<RunFollower> SubmitAsync(string workers = "2", string reduction = "peer")
    {
        var run = await Cluster.SubmitAsync($"tiny-{Interlocked.Increment(ref _number)}", TinySpec.Yaml(workers, reduction: reduction));
        _runs.Add(run);
        return run;
    }

    /// <summary>The weights, each step's gradient, what watchers were told and the audit are as if nothing had happened.</summary>
    private protected async Task AssertUndisturbedAsync(RunFollower run)
    {
        // What had to be done while it ran has been done.
        await Cluster.ArmAsync("");
        var findings = await RunCheck.FindingsAsync(Cluster, run, shared.Reference);
        Assert.True(findings.Count == 0, $"{findings.Count} findings:\n{string.Join('\n', findings.Take(20))}");
    }

    /// <summary>The silos that have the run's workers, by worker.</summary>
    private protected async Task<SiloProcess[]> SilosOfAsync(RunFollower run) =>
        [.. (await Cluster.DescribeAsync(run.Id)).Workers.OrderBy(worker => worker.Number).Select(worker => Cluster[worker.Silo])];

    /// <summary>What was just done was done to a run that is not over.</summary>
    private protected static void AssertGoesOn(RunFollower run) => Assert.False(run.Ended, $"{run.Id} is {run.State} already: nothing was done to it.");

    private protected async Task WorkersAsync(RunFollower run, int workers)
    {
        await run.WaitAsync(seen => seen.Experiment.Workers.Count == workers || seen.Ended, $"it has {workers} workers");
        Assert.False(run.Ended, $"It ended before it had {workers} workers.");
    }

    private void Tell()
    {
        var output = TestContext.Current.TestOutputHelper!;
        foreach (var run in _runs)
        {
            output.WriteLine($"---- {run.Id}: {run.State} ({run.Experiment.Reason}) at step {run.Step}");
            foreach (var (_, update) in run.Seen.Where(seen => seen.Update.KindCase is Update.KindOneofCase.Event))
            {
                output.WriteLine($"{update.Event.Time.ToDateTimeOffset():HH:mm:ss.fff} {update.Event.Message}");
            }
        }

        output.WriteLine($"---- fired: {string.Join("; ", Cluster.Faults.Fired().TakeLast(10))}");
        output.WriteLine(Cluster.Logs());
    }
}
