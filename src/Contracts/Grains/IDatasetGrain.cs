using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>What is known of one dataset; the key is the SHA-256 of the facts, so that a record never changes.</summary>
[Alias("sheaf.IDatasetGrain")]
public interface IDatasetGrain : IGrainWithStringKey
{
    [Alias("Register")]
    Task Register(DatasetRecord record);

    /// <summary>Null: unknown.</summary>
    [Alias("Describe")]
    Task<DatasetRecord?> Describe();
}
