using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;
using Sheaf.Silo.Hosting;
using Sheaf.Tests.Unit.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Storage;

public sealed class StoredJsonTests
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
    };

    [Fact]
    public void EveryStateOfAGrain_HasItsShapeGenerated()
    {
        var stored = typeof(CoordinatorGrain).Assembly.GetTypes()
            .SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .SelectMany(constructor => constructor.GetParameters())
            .Select(parameter => parameter.ParameterType).Where(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IPersistentState<>))
            .Select(type => type.GetGenericArguments()[0]).Where(type => !type.IsGenericParameter).Distinct().ToList();
        Assert.True(stored.Count >= 3);
        Assert.All(stored, type => Assert.True(StoredJson.Default.GetTypeInfo(type) is not null, $"{type} is missing in the list of {nameof(StoredJson)}."));
    }

    [Fact]
    public void Record_IsWrittenAsItWouldBeWithoutGeneration()
    {
        var state = new CoordinatorState { Run = Runs.Record(RunState.Running, generation: 3, workers: 2) };
        var options = Generated();
        var text = JsonSerializer.Serialize(state, options);
        Assert.Equal(JsonSerializer.Serialize(state, Plain), text);
        Assert.Contains("\"Running\"", text, StringComparison.Ordinal);
        Assert.Equal(text, JsonSerializer.Serialize(JsonSerializer.Deserialize<CoordinatorState>(text, options), options));
    }

    private static JsonSerializerOptions Generated()
    {
        var options = new JsonSerializerOptions();
        StoredJson.Configure(options);
        return options;
    }
}
