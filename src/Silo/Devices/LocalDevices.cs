using System.Globalization;
using Sheaf.Contracts.Messages;

namespace Sheaf.Silo.Devices;

/// <summary>The devices that this silo offers. One CPU device is one core: its worker computes with one thread.</summary>
public static class LocalDevices
{
    /// <summary>Reads <c>cpu:N</c>.</summary>
    /// <exception cref="FormatException">Says what is allowed.</exception>
    public static IReadOnlyList<DeviceInfo> Parse(string devices)
    {
        var parts = devices.Split(':');
        if (parts is not ["cpu", var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > 1024)
        {
            throw new FormatException($"--devices {devices}: expected cpu:N with N from 1 to 1024, such as cpu:2.");
        }

        var model = Model();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return Enumerable.Range(0, count).Select(number => new DeviceInfo { Name = $"cpu:{number}", Model = model, MemoryBytes = memory }).ToArray();
    }

    private static string Model()
    {
        const string cpuInfo = "/proc/cpuinfo";
        var line = File.Exists(cpuInfo) ? File.ReadLines(cpuInfo).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?.Split(':', 2)[^1].Trim() ?? System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString();
    }
}
