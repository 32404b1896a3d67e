using System.Collections.Concurrent;
using System.Reflection;

namespace Orleans.Metadata;

/// <summary>Which grain classes there are, which interfaces they implement, and the names of both. Thread-safe.</summary>
internal sealed class InterfaceRegistry
{
    private readonly ConcurrentDictionary<Type, GrainInterfaceType> _interfaceTypes = new();
    private readonly ConcurrentDictionary<GrainInterfaceType, Type> _interfaces = new();
    private readonly ConcurrentDictionary<(Type, string?), GrainType> _grainTypes = new();
    private readonly Dictionary<GrainType, GrainClass> _classes = [];

    public InterfaceRegistry(IServiceProvider services)
    {
        foreach (var type in ApplicationParts.GrainClasses())
        {
            var grain = GrainClass.Create(type, services);
            if (!_classes.TryAdd(grain.GrainType, grain))
            {
                throw new InvalidOperationException(
                    $"{type} and {_classes[grain.GrainType].Type} have the same grain type '{grain.GrainType}': give one of them another name with [GrainType].");
            }
        }
    }

    public GrainClass GetClass(GrainType type) => _classes.TryGetValue(type, out var grain)
        ? grain
        : throw new ArgumentException($"There is no grain class for the grain type '{type}'. Known: {string.Join(", ", _classes.Keys)}.", nameof(type));

    public GrainInterfaceType GetInterfaceType(Type type) => _interfaceTypes.GetOrAdd(type, static (t, self) =>
    {
        if (!t.IsInterface)
        {
            throw new ArgumentException($"{t} is not an interface; grains are called through their interfaces.", nameof(type));
        }

        var name = t.GetCustomAttributes(inherit: false).OfType<IGrainInterfaceTypeProviderAttribute>().FirstOrDefault()?.GetGrainInterfaceType(null!, t)
            ?? GrainInterfaceType.Create(t.GetCustomAttribute<AliasAttribute>()?.Alias ?? t.FullName!);
        self._interfaces[name] = t;
        return name;
    }, this);

    public Type GetInterface(GrainInterfaceType type)
    {
        if (_interfaces.TryGetValue(type, out var found))
        {
            return found;
        }

        // From another silo may come a reference through an interface that nobody here has used.
        foreach (var declared in _classes.Values.SelectMany(c => c.Type.GetInterfaces()).Where(typeof(IAddressable).IsAssignableFrom).Distinct())
        {
            GetInterfaceType(declared);
        }

        return _interfaces.TryGetValue(type, out found) ? found : throw new ArgumentException($"The grain interface '{type}' is not known in this process.", nameof(type));
    }

    /// <summary>The grain type that implements an interface; a prefix of the class's full name chooses between several.</summary>
    public GrainType GetGrainType(Type interfaceType, string? classNamePrefix) => _grainTypes.GetOrAdd((interfaceType, classNamePrefix), static (key, self) =>
    {
        var (type, prefix) = key;
        var candidates = self._classes.Values.Where(c => type.IsAssignableFrom(c.Type)).ToList();
        if (!string.IsNullOrEmpty(prefix))
        {
            candidates = candidates.Where(c => c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        }
        else if (candidates.Count > 1 && candidates.Where(c => "I" + c.Type.Name == type.Name || "I" + c.Type.Name == type.Name + "Grain").ToList() is [var named])
        {
            return named.GrainType;
        }

        return candidates switch
        {
            [var only] => only.GrainType,
            [] => throw new ArgumentException($"Could not find an implementation for interface {type}{(prefix is null ? "" : $" whose name begins with '{prefix}'")}."),
            _ => throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {type}. Candidates: {string.Join(", ", candidates.Select(c => c.Type))}. Choose one with the class name prefix."),
        };
    }, this);
}
