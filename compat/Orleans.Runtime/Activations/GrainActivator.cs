using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime.Activations;

/// <summary>How grains of one class are made, let requests interleave, and grow old. Thread-safe.</summary>
internal sealed class GrainActivator
{
    private readonly ObjectFactory _factory;
    private readonly List<Factory<IGrainContext, object>> _facets = [];

    public GrainActivator(GrainClass grainClass, IServiceProvider services, GrainCollectionOptions options)
    {
        Class = grainClass;
        var type = grainClass.Type;
        var facetTypes = new List<Type>();
        var constructor = type.GetConstructors().OrderByDescending(c => c.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute))).ThenByDescending(c => c.GetParameters().Length).FirstOrDefault();
        foreach (var parameter in constructor?.GetParameters() ?? [])
        {
            if (parameter.GetCustomAttributes().OfType<IFacetMetadata>().FirstOrDefault() is { } facet)
            {
                _facets.Add(MakeFacet(services, parameter, facet));
                facetTypes.Add(parameter.ParameterType);
            }
        }

        _factory = ActivatorUtilities.CreateFactory(type, [.. facetTypes]);
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        MayInterleave = FindPredicate(grainClass);
        CollectionAge = FindAge(grainClass, options);
    }

    public GrainClass Class { get; }

    public bool IsReentrant { get; }

    public Func<object, IInvokable, bool>? MayInterleave { get; }

    /// <summary>Infinite: never deactivated for being idle.</summary>
    public TimeSpan CollectionAge { get; }

    public object CreateInstance(IGrainContext context)
    {
        var arguments = new object[_facets.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = _facets[i](context);
        }

        return _factory(context.ActivationServices, arguments);
    }

    public static async ValueTask DisposeInstance(object instance)
    {
        if (instance is IAsyncDisposable asynchronous)
        {
            await asynchronous.DisposeAsync();
        }
        else
        {
            (instance as IDisposable)?.Dispose();
        }
    }

    private static Factory<IGrainContext, object> MakeFacet(IServiceProvider services, ParameterInfo parameter, IFacetMetadata facet)
    {
        var mapperType = typeof(IAttributeToFactoryMapper<>).MakeGenericType(facet.GetType());
        var mapper = services.GetService(mapperType)
            ?? throw new OrleansException($"The parameter '{parameter.Name}' of {parameter.Member.DeclaringType} has {facet.GetType()}, but no {mapperType} is registered.");
        return (Factory<IGrainContext, object>)mapperType.GetMethod("GetFactory")!.Invoke(mapper, BindingFlags.DoNotWrapExceptions, null, [parameter, facet], null)!;
    }

    private static Func<object, IInvokable, bool>? FindPredicate(GrainClass grainClass)
    {
        if (!grainClass.Properties.Properties.TryGetValue(WellKnownGrainTypeProperties.MayInterleavePredicate, out var name))
        {
            return null;
        }

        var method = grainClass.Type.GetMethod(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.FlattenHierarchy, [typeof(IInvokable)]);
        if (method is null || method.ReturnType != typeof(bool))
        {
            throw new InvalidOperationException($"{grainClass.Type} has [MayInterleave(\"{name}\")] but no method bool {name}(IInvokable).");
        }

        return (grain, request) => (bool)method.Invoke(method.IsStatic ? null : grain, [request])!;
    }

    private static TimeSpan FindAge(GrainClass grainClass, GrainCollectionOptions options)
    {
        if (grainClass.Properties.Properties.TryGetValue(WellKnownGrainTypeProperties.IdleDeactivationPeriod, out var text))
        {
            return text == WellKnownGrainTypeProperties.IndefiniteIdleDeactivationPeriodValue ? Timeout.InfiniteTimeSpan : TimeSpan.Parse(text);
        }

        return options.ClassSpecificCollectionAge.TryGetValue(grainClass.Type.FullName!, out var age) ? age : options.CollectionAge;
    }
}
