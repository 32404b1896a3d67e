using System.Text.Json;
using System.Text.Json.Serialization;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Experiments;
using Sheaf.Silo.Storage;
using Sheaf.Silo.UserCode;

namespace Sheaf.Silo.Hosting;

/// <summary>
/// The types of grains' states, as <see cref="StateFormat"/> writes them. Their shapes are generated at compile time: a recovery reads and writes its records
/// at once, instead of examining their types first.
/// </summary>
[JsonSerializable(typeof(CoordinatorState))]
[JsonSerializable(typeof(ExperimentState))]
[JsonSerializable(typeof(IndexState))]
[JsonSerializable(typeof(IndexPage))]
[JsonSerializable(typeof(StepSegment))]
[JsonSerializable(typeof(PackageState))]
internal sealed partial class StoredJson : JsonSerializerContext
{
    public static void Configure(JsonSerializerOptions options) => StateFormat.Configure(options, Default);

    public static JsonSerializerOptions Written()
    {
        var options = new JsonSerializerOptions();
        Configure(options);
        return options;
    }
}
