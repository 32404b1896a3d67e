using System.Collections.Immutable;

namespace Orleans.Metadata;

/// <summary>A grain class and what its attributes say.</summary>
internal sealed class GrainClass(Type type, GrainType grainType, ImmutableDictionary<string, string> properties)
{
    public Type Type { get; } = type;

    public GrainType GrainType { get; } = grainType;

    public GrainProperties Properties { get; } = new(properties);

    public static GrainClass Create(Type type, IServiceProvider services)
    {
        var grainType = NameOf(type, services);
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in type.GetCustomAttributes(inherit: true).OfType<IGrainPropertiesProviderAttribute>())
        {
            attribute.Populate(services, type, grainType, properties);
        }

        properties.TryAdd(WellKnownGrainTypeProperties.TypeName, type.Name);
        properties.TryAdd(WellKnownGrainTypeProperties.FullTypeName, type.FullName!);
        return new GrainClass(type, grainType, properties.ToImmutableDictionary(StringComparer.Ordinal));
    }

    private static GrainType NameOf(Type type, IServiceProvider services)
    {
        foreach (var attribute in type.GetCustomAttributes(inherit: false))
        {
            if (attribute is IGrainTypeProviderAttribute provider)
            {
                return provider.GetGrainType(services, type);
            }
        }

        const string Suffix = "grain";
        var name = type.Name.ToLowerInvariant();
        return GrainType.Create(name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name);
    }
}
