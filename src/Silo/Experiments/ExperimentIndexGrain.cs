using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Experiments;

[GrainType("index")]
internal sealed class ExperimentIndexGrain([PersistentState("index")] IPersistentState<IndexState> state) : Grain, IExperimentIndexGrain
{
    public Task Put(ExperimentSummary summary)
    {
        var all = state.State.Experiments.ToList();
        var place = all.FindIndex(known => known.Id == summary.Id);
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

    public Task Remove(string experimentId) =>
        state.State.Experiments.Exists(known => known.Id == experimentId) ? Write(state.State.Experiments.Where(known => known.Id != experimentId).ToList()) : Task.CompletedTask;

    public Task<IReadOnlyList<ExperimentSummary>> List() => Task.FromResult<IReadOnlyList<ExperimentSummary>>(state.State.Experiments.ToArray());

    private Task Write(List<ExperimentSummary> all) => state.Write(new() { Experiments = all }, "The list of experiments");
}
