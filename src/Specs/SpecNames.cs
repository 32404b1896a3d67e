using System.Text.Json;

namespace Sheaf.Specs;

/// <summary>The spec's spelling of the enumerations: <c>MeanSquaredError</c> is <c>mean_squared_error</c>.</summary>
public static class SpecNames
{
    public const string Loss = "loss";

    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>The name of a loss or metric on one row set, as users see it: <c>validation_accuracy</c>.</summary>
    public static string On(string rows, string metric) => $"{rows}_{metric}";
}
