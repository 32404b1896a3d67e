using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Datasets;

[GenerateSerializer, Alias("sheaf.DatasetState")]
public sealed class DatasetState
{
    [Id(0)] public DatasetRecord? Record { get; set; }
}
