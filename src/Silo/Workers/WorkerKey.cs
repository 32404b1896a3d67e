using System.Globalization;
using Sheaf.Contracts.Grains;

namespace Sheaf.Silo.Workers;

/// <summary>The parts of a worker grain's key, see <see cref="IWorkerGrain.KeyOf"/>.</summary>
internal readonly record struct WorkerKey(string Experiment, int Worker, string SiloAddress)
{
    /// <exception cref="FormatException">The key has another form.</exception>
    public static WorkerKey Parse(string key) =>
        TryParse(key) ?? throw new FormatException($"'{key}' is no worker's key; expected EXPERIMENT/WORKER/SILO-ADDRESS.");

    /// <summary>Null: the key has another form.</summary>
    public static WorkerKey? TryParse(string key) =>
        key.Split('/', 3) is [{ Length: > 0 } experiment, var number, { Length: > 0 } silo] && int.TryParse(
            number, NumberStyles.None, CultureInfo.InvariantCulture, out var worker)
            ? new(experiment, worker, silo)
            : null;
}
