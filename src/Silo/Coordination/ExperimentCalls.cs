using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Telemetry;

namespace Sheaf.Silo.Coordination;

/// <summary>The grain of an experiment, the list of all, and the check before there is one. Thread-safe.</summary>
internal sealed class ExperimentCalls(IGrainFactory grains, ISubmissionCheck submissions, RunLogs logs, TimeProvider time)
    : ISubmissions, IPublication, ILedgerReader
{
    /// <summary>
    /// Experiments and their list write to the store now and then: while it hangs, one of them that does not answer must not hold up the coordinator for so
    /// long that workers lose their leases. What was given up is told again.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public Task<Submission> Check(SubmitCommand command, CancellationToken cancellationToken) => submissions.Check(command, cancellationToken);

    public Task Register(DatasetRecord dataset) => grains.GetGrain<IDatasetGrain>(dataset.Key).Register(dataset);

    public async Task Create(RunSnapshot run, string specYaml)
    {
        await Experiment(run.Id).Create(run, specYaml);
        await List(run);
    }

    public Task<ExperimentView?> View(string experimentId) => Experiment(experimentId).Describe();

    public Task List(RunSnapshot run) => grains.GetGrain<IExperimentIndexGrain>(IExperimentIndexGrain.Key).Put(new()
    {
        Id = run.Id,
        Name = run.Name,
        State = run.State,
        Step = run.Step,
        TotalSteps = run.TotalSteps,
        Workers = run.Workers.Count,
        Submitted = run.Submitted,
        Ended = run.Ended,
    }).Within(Patience, time);

    public async Task<LedgerTail> Tell(string experimentId, RunNews news)
    {
        var tail = await Experiment(experimentId).Append(news).Within(Patience, time);
        foreach (var happened in news.Events)
        {
            logs.Write(experimentId, RunLogs.Coordinator, happened.Level, happened.Message);
        }

        return tail;
    }

    public Task<LedgerTail> Flush(string experimentId) => Experiment(experimentId).Flush().Within(Patience, time);

    public void Awaken(string experimentId) =>
        _ = Experiment(experimentId).Tail().ContinueWith(asked => asked.Exception, TaskContinuationOptions.ExecuteSynchronously);

    public async Task<StepCommit?> Recorded(string experimentId, long step)
    {
        await foreach (var block in Experiment(experimentId).Steps(step))
        {
            return block.Steps.FirstOrDefault(entry => entry.Step == step);
        }

        return null;
    }

    public async Task<IReadOnlyList<StepCommit>> RecordedSteps(string experimentId, long from, long end)
    {
        var steps = new List<StepCommit>();
        await foreach (var block in Experiment(experimentId).Steps(from))
        {
            steps.AddRange(block.Steps.Where(step => step.Step < end));
            if (block.Steps.Count == 0 || block.Steps[^1].Step >= end - 1)
            {
                break;
            }
        }

        return steps;
    }

    private IExperimentGrain Experiment(string id) => grains.GetGrain<IExperimentGrain>(id);
}
