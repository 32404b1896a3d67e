using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Experiments;

/// <summary>What is written of an experiment that has only gone on since may be some seconds old: that alone is not written each time.</summary>
[GrainType("index")]
internal sealed class ExperimentIndexGrain([PersistentState("index")] IPersistentState<IndexState> state, TimeProvider time) : Grain, IExperimentIndexGrain
{
    private static readonly TimeSpan StepsWithin = TimeSpan.FromSeconds(10);

    private long _written = time.GetTimestamp();

    public Task Put(ExperimentSummary summary)
    {
        var all = state.State.Experiments.ToList();
        var place = all.FindIndex(known => known.Id == summary.Id);
        if (place >= 0 && !IsWorthAWrite(all[place], summary, time.GetElapsedTime(_written)))
        {
            state.State.Experiments[place] = summary;
            return Task.CompletedTask;
        }

        if (place < 0)
        {
            all.Add(summary);
        }
        else
        {
            all[place] = summary;
        }

        return Write(all);
    }

    internal static bool IsWorthAWrite(ExperimentSummary written, ExperimentSummary now, TimeSpan since) => written with { Step = now.Step } != now || since >= StepsWithin;

    public Task Remove(string experimentId) =>
        state.State.Experiments.Exists(known => known.Id == experimentId) ? Write(state.State.Experiments.Where(known => known.Id != experimentId).ToList()) : Task.CompletedTask;

    public Task<IReadOnlyList<ExperimentSummary>> List() => Task.FromResult<IReadOnlyList<ExperimentSummary>>(state.State.Experiments.ToArray());

    private async Task Write(List<ExperimentSummary> all)
    {
        await state.Write(new() { Experiments = all }, "The list of experiments");
        _written = time.GetTimestamp();
    }
}
