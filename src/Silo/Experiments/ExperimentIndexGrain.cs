using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Experiments;

[GrainType("index")]
internal sealed class ExperimentIndexGrain([PersistentState("index")] IPersistentState<IndexState> state) : Grain, IExperimentIndexGrain
{
    public Task Put(ExperimentSummary summary)
    {
        var place = state.State.Experiments.FindIndex(known => known.Id == summary.Id);
        if (place < 0)
        {
            state.State.Experiments.Add(summary);
        }
        else
        {
            state.State.Experiments[place] = summary;
        }

        return state.WriteStateAsync();
    }

    public Task Remove(string experimentId) =>
        state.State.Experiments.RemoveAll(known => known.Id == experimentId) > 0 ? state.WriteStateAsync() : Task.CompletedTask;

    public Task<IReadOnlyList<ExperimentSummary>> List() => Task.FromResult<IReadOnlyList<ExperimentSummary>>(state.State.Experiments.ToArray());
}
