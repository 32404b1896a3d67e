using System.Text.Json;

namespace Sheaf.Bench;

/// <summary>What a subject prints as its last line of JSON. <c>samples_per_second</c> is of the training steps alone.</summary>
internal sealed record Report(
    string Subject, double SamplesPerSecond, double SamplesPerCpuSecond, double StepMicroseconds, double Loss, double AllocatedBytesPerStep = 0)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static void Write(Report report) => Console.WriteLine(JsonSerializer.Serialize(report, Json));

    /// <summary>
    /// The last line of a subject's output that has the figure: other members may be missing, so a whole <c>sheaf run --output json</c> is a subject too.
    /// </summary>
    public static double SamplesPerSecondOf(string output)
    {
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (line.StartsWith('{') && JsonDocument.Parse(line).RootElement.TryGetProperty("samples_per_second", out var value))
            {
                return value.GetDouble();
            }
        }

        throw new InvalidOperationException($"The subject printed no line with samples_per_second:{Environment.NewLine}{output}");
    }
}
