using Orleans.Storage;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Experiments;

/// <summary>A thin shell: <see cref="ExperimentIndex"/> keeps the list. <paramref name="former"/> is the list as it was kept in one row.</summary>
[GrainType("index")]
internal sealed class ExperimentIndexGrain(
    [PersistentState("index")] IPersistentState<IndexState> former, IGrainContext context, IServiceProvider services, StoreOptions options,
    TimeProvider time)
    : Grain, IExperimentIndexGrain
{
    private readonly ExperimentIndex _index = new(
        new GrainIndexPages(GrainStorageHelpers.GetGrainStorage(typeof(ExperimentIndexGrain), services), context.GrainId),
        options.ListStepsEvery,
        time);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await _index.Load();
        if (former.State.Experiments.Count > 0)
        {
            await _index.Import(former.State.Experiments);
            await former.ClearStateAsync(cancellationToken);
        }
    }

    public Task Put(ExperimentSummary summary) => _index.Put(summary);

    public Task Remove(string experimentId) => _index.Remove(experimentId);

    public Task<IReadOnlyList<ExperimentSummary>> List() => Task.FromResult(_index.All);

    public Task<IReadOnlyList<ExperimentSummary>> Unfinished() => Task.FromResult(_index.Unfinished);
}
