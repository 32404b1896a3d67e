using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Experiments;
using Sheaf.Silo.UserCode;

namespace Sheaf.Silo.Storage;

/// <summary>
/// How grains' state is written as JSON, on either store. The types' shapes are generated at compile time: a recovery reads and writes its records at once,
/// instead of examining their types first.
/// </summary>
[JsonSerializable(typeof(CoordinatorState))]
[JsonSerializable(typeof(ExperimentState))]
[JsonSerializable(typeof(IndexState))]
[JsonSerializable(typeof(IndexPage))]
[JsonSerializable(typeof(StepSegment))]
[JsonSerializable(typeof(PackageState))]
internal sealed partial class StoredJson : JsonSerializerContext
{
    /// <summary>What is written must stay readable: enumerations by name, numbers that are not finite as text.</summary>
    public static void Configure(JsonSerializerOptions options)
    {
        options.Converters.Add(new JsonStringEnumConverter());
        options.NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals;
        options.TypeInfoResolver = JsonTypeInfoResolver.Combine(Default, new DefaultJsonTypeInfoResolver());
    }
}
