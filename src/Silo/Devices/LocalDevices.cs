using System.Globalization;
using Sheaf.Contracts.Messages;
using Sheaf.Training.Devices;

namespace Sheaf.Silo.Devices;

/// <summary>The devices that this silo offers, all of one kind, so that it has one fingerprint. One CPU device is one core: its worker computes with one thread.</summary>
/// <param name="All">At least one.</param>
public sealed record LocalDevices(IReadOnlyList<DeviceInfo> All)
{
    /// <summary>What computes here where it does not matter which device does.</summary>
    public string First => All[0].Name;

    public string Fingerprint => Sheaf.Training.Replicas.Fingerprint.Of(First);

    /// <summary>What a user should know of it; null: nothing.</summary>
    public string? Note => All.Where(device => device.Name.Contains('/', StringComparison.Ordinal)).Select(device => device.Name.Split('/')[0]).Distinct().ToArray() is { Length: > 0 } shared
        ? $"{string.Join(" and ", shared)} {(shared.Length == 1 ? "is" : "are")} offered to several workers, which share the memory, take turns, and bring each step's parts to the host and back: "
            + "slower than one worker, and good for tests."
        : null;

    /// <summary>
    /// Reads <c>cpu:N</c> or <c>cuda:N</c>, N the number of cores, or of GPUs, beginning with the first; or a list such as <c>cuda:0,cuda:0</c>, which names GPUs by their index, one worker
    /// for each time that it is named.
    /// </summary>
    /// <exception cref="FormatException">Says what is allowed.</exception>
    public static LocalDevices Parse(string devices) => Parse(devices, () => Gpus.Visible, () => Gpus.Usable);

    /// <param name="visible">The GPUs that there are; asked for only where some are wanted, as is <paramref name="usable"/>.</param>
    /// <param name="usable">How many of them libtorch can use.</param>
    public static LocalDevices Parse(string devices, Func<IReadOnlyList<Gpu>> visible, Func<int> usable)
    {
        if (devices.Contains(',', StringComparison.Ordinal))
        {
            return new(Listed(devices, visible, usable));
        }

        var parts = devices.Split(':');
        if (parts is not ["cpu" or "cuda", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 1024)
        {
            throw new FormatException($"--devices {devices}: expected cpu:N or cuda:N with N from 1 to 1024, such as cpu:2, or a list of GPUs, such as cuda:0,cuda:0.");
        }

        return new(parts[0] == "cpu" ? Cores(count) : OfModel(devices, count, visible(), usable));
    }

    private static DeviceInfo[] Cores(int count)
    {
        var model = Model();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return [.. Enumerable.Range(0, count).Select(number => new DeviceInfo { Name = $"cpu:{number}", Model = model, MemoryBytes = memory })];
    }

    private static DeviceInfo[] OfModel(string devices, int count, IReadOnlyList<Gpu> visible, Func<int> usable)
    {
        if (visible.Count < count)
        {
            throw new FormatException(visible.Count == 0
                ? $"--devices {devices}: no NVIDIA GPU is visible here (is the driver's libcuda.so.1 installed, is CUDA_VISIBLE_DEVICES empty?); offer cores instead, such as cpu:2."
                : $"--devices {devices}: {visible.Count} {(visible.Count == 1 ? "GPU is" : "GPUs are")} visible here; offer at most cuda:{visible.Count}.");
        }

        if (usable() < count)
        {
            throw new FormatException(
                $"--devices {devices}: libtorch can use {usable()} of the {visible.Count} GPUs here. Build Sheaf with a libtorch for CUDA that fits the driver: "
                + "SHEAF_TORCH=cuda ./sheaf build (docs/operations.md).");
        }

        if (visible.Take(count).Select(gpu => gpu.Model).Distinct().ToArray() is { Length: > 1 } models)
        {
            throw new FormatException($"--devices {devices}: a silo's GPUs must be of one model, as only then they compute the same bits; here are {string.Join(" and ", models)}. "
                + "Start a silo for each, with CUDA_VISIBLE_DEVICES.");
        }

        return [.. visible.Take(count).Select(gpu => new DeviceInfo { Name = $"cuda:{gpu.Index}", Model = gpu.Model, MemoryBytes = gpu.MemoryBytes })];
    }

    private static DeviceInfo[] Listed(string devices, Func<IReadOnlyList<Gpu>> visible, Func<int> usable)
    {
        var named = new List<int>();
        foreach (var text in devices.Split(','))
        {
            named.Add(text.Split(':') is ["cuda", var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < 1024
                ? index
                : throw new FormatException($"--devices {devices}: '{text}' is no GPU; a list names GPUs by their index, such as cuda:0,cuda:0."));
        }

        var all = OfModel(devices, named.Max() + 1, visible(), usable);
        var times = new Dictionary<int, int>();
        return [.. named.Order().Select(index =>
        {
            var before = times[index] = times.GetValueOrDefault(index, -1) + 1;
            return before == 0 ? all[index] : all[index] with { Name = $"{all[index].Name}/{before}" };
        })];
    }

    private static string Model()
    {
        const string cpuInfo = "/proc/cpuinfo";
        var line = File.Exists(cpuInfo) ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[^1].Trim() ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
