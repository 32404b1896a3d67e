using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Storage;

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

        return state.State.Record is not null ? Task.CompletedTask : state.Write(new() { Record = record }, $"The record of dataset {record.Key}");
    }

    public Task<DatasetRecord?> Describe() => Task.FromResult(state.State.Record);
}
