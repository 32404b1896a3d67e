using Sheaf.Contracts.Grains.Messages;
using Sheaf.Surroundings;
using Sheaf.Training.Devices;

namespace Sheaf.Silo.Devices;

/// <summary>
/// The devices that this silo offers, all of one kind, so that it has one fingerprint. One CPU device is one core: its worker computes with one thread.
/// </summary>
/// <param name="All">At least one.</param>
public sealed record LocalDevices(IReadOnlyList<DeviceInfo> All)
{
    /// <summary>What computes here where it does not matter which device does.</summary>
    public string First => All[0].Name;

    public string Fingerprint => Sheaf.Training.Replicas.Fingerprint.Of(First);

    /// <summary>Reads <c>cpu:N</c> or <c>cuda:N</c>, N the number of cores, or of GPUs, beginning with the first.</summary>
    /// <exception cref="FormatException">Says what is allowed.</exception>
    public static LocalDevices Parse(string devices) => Parse(devices, () => Gpus.Visible, () => Gpus.Usable);

    /// <param name="visible">The GPUs that there are; asked for only where some are wanted, as is <paramref name="usable"/>.</param>
    /// <param name="usable">How many of them libtorch can use.</param>
    /// <param name="shown">What CUDA_VISIBLE_DEVICES says; null: asks the environment.</param>
    public static LocalDevices Parse(string devices, Func<IReadOnlyList<Gpu>> visible, Func<int> usable, string? shown = null)
    {
        var offer = DeviceOffer.Parse(devices);
        return new(offer.IsGpu ? OfModel(devices, offer.Count, visible(), usable, shown ?? Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES"))
            : Cores(offer.Count));
    }

    private static DeviceInfo[] Cores(int count)
    {
        var model = Model();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return [.. Enumerable.Range(0, count).Select(number => new DeviceInfo { Name = $"cpu:{number}", Model = model, MemoryBytes = memory })];
    }

    private static DeviceInfo[] OfModel(string devices, int count, IReadOnlyList<Gpu> visible, Func<int> usable, string? shown)
    {
        if (visible.Count < count)
        {
            var chosen = VisibleDevices.Explain(shown);
            throw new FormatException(visible.Count == 0
                ? $"--devices {devices}: no NVIDIA GPU is visible here: {chosen ?? "there is none, or the driver's libcuda.so.1 is not installed"}. Offer "
                    + $"cores instead, such as cpu:2{(chosen is null ? "" : ", or correct the variable")}."
                : $"--devices {devices}: {visible.Count} {(visible.Count == 1 ? "GPU is" : "GPUs are")} visible here{(chosen is null ? "" : $" ({chosen})")}; "
                    + $"offer at most cuda:{visible.Count}.");
        }

        if (usable() < count)
        {
            throw new FormatException(
                $"--devices {devices}: libtorch can use {usable()} of the {visible.Count} GPUs here. "
                    + "Build Sheaf with a libtorch for CUDA that fits the driver: "
                + "SHEAF_TORCH=cuda ./sheaf build (docs/operations.md).");
        }

        if (visible.Take(count).Select(gpu => gpu.Model).Distinct().ToArray() is { Length: > 1 } models)
        {
            throw new FormatException($"--devices {devices}: a silo's GPUs must be of one model, as only then they compute the same bits; here "
                + $"are {string.Join(" and ", models)}. "
                + "Start a silo for each, with CUDA_VISIBLE_DEVICES.");
        }

        return [.. visible.Take(count).Select(gpu => new DeviceInfo { Name = $"cuda:{gpu.Index}", Model = gpu.Model, MemoryBytes = gpu.MemoryBytes })];
    }

    private static string Model()
    {
        const string cpuInfo = "/proc/cpuinfo";
        var line = File.Exists(cpuInfo) ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[^1].Trim() ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
