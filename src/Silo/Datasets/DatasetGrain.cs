using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Datasets;

[GrainType("dataset")]
internal sealed class DatasetGrain([PersistentState("dataset")] IPersistentState<DatasetState> state) : Grain, IDatasetGrain
{
    public Task Register(DatasetRecord record)
    {
        if (record.Key != this.GetPrimaryKeyString())
        {
            throw new ArgumentException($"The record of dataset {record.Key} was given to dataset {this.GetPrimaryKeyString()}.");
        }

        if (state.State.Record is not null)
        {
            return Task.CompletedTask;
        }

        state.State.Record = record;
        return state.WriteStateAsync();
    }

    public Task<DatasetRecord?> Describe() => Task.FromResult(state.State.Record);
}
