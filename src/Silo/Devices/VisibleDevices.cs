using Sheaf.Surroundings;

namespace Sheaf.Silo.Devices;

/// <summary>What CUDA_VISIBLE_DEVICES makes of a machine's GPUs (CUDA C++ Programming Guide, "CUDA Environment Variables"), in words. Pure.</summary>
internal static class VisibleDevices
{
    /// <returns>Null: the variable is not set, so that it hides nothing.</returns>
    public static string? Explain(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var shown = $"CUDA_VISIBLE_DEVICES is '{Printable.Short(value, 80)}'";
        if (string.IsNullOrWhiteSpace(value))
        {
            return "CUDA_VISIBLE_DEVICES is set and empty, which hides all GPUs";
        }

        var names = value.Split(',').Select(name => name.Trim()).ToArray();
        var repeated = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1)?.Key;
        return repeated is not null ? $"{shown}, which names the GPU '{repeated}' twice, and CUDA shows none then"
            : names.FirstOrDefault(name => !IsNumber(name) && !IsUuid(name)) is { } odd
                ? $"{shown}, where '{odd}' is neither a number nor a UUID, which hides it and those after it"
            : names.Any(IsUuid) ? $"{shown}; CUDA shows the GPUs that have these UUIDs (nvidia-smi -L lists them)"
            : $"{shown}; CUDA shows the GPUs of these numbers, from 0, up to the first that does not exist";
    }

    private static bool IsNumber(string name) => name.Length > 0 && name.All(char.IsAsciiDigit);

    private static bool IsUuid(string name) => name.StartsWith("GPU-", StringComparison.Ordinal) || name.StartsWith("MIG-", StringComparison.Ordinal);
}
