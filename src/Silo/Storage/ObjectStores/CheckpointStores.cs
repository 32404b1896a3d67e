using Sheaf.Training.Checkpoints;
using Sheaf.Training.Faults;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>Where a silo keeps checkpoints: a directory, or an object store.</summary>
internal static class CheckpointStores
{
    public static ICheckpointStore Make(SiloOptions options, DataFolder folder, Buckets objects, TimeProvider time, IFaultInjector faults) =>
        options.Checkpoints is { } address && ObjectUrl.TryParse(address, out var url)
            ? new ObjectCheckpointStore(objects.Of(url.Bucket), url, options.Objects.LookWithin, time, faults)
            : new DirectoryCheckpointStore(folder.Checkpoints, time, faults);
}
