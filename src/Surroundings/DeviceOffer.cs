using System.Globalization;

namespace Sheaf.Surroundings;

/// <summary>What --devices says: the one rule that the command line and the silo share.</summary>
/// <param name="IsGpu">GPUs, else processor cores.</param>
/// <param name="Count">1 to <see cref="MaxCount"/>.</param>
public sealed record DeviceOffer(bool IsGpu, int Count)
{
    public const int MaxCount = 1024;

    /// <summary>Reads <c>cpu:N</c> or <c>cuda:N</c>.</summary>
    /// <exception cref="FormatException">Says what is allowed.</exception>
    public static DeviceOffer Parse(string devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        return devices.Split(':') is [("cpu" or "cuda") and var kind, var text] && int.TryParse(
            text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MaxCount
            ? new(kind == "cuda", count)
            : throw new FormatException($"--devices {(devices.Length == 0 ? "''" : Printable.Short(devices, 80))}: expected cpu:N or cuda:N with N from 1 "
                + $"to {MaxCount}, such as cpu:2.");
    }
}
