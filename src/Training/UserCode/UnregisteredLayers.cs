using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace Sheaf.Training.UserCode;

/// <summary>Layers that a model keeps in a field but did not register: they would be neither trained nor saved.</summary>
internal static class UnregisteredLayers
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Fields as <c>Net._blocks</c>.</summary>
    public static IEnumerable<string> Of(nn.Module model)
    {
        var registered = new HashSet<nn.Module>(ReferenceEqualityComparer.Instance) { model };
        registered.UnionWith(model.modules());
        foreach (var module in registered.Where(each => Packages.IsOfUser(each.GetType())))
        {
            foreach (var field in FieldsOf(module.GetType()).Where(field => ModulesIn(field.GetValue(module)).Any(kept => !registered.Contains(kept))))
            {
                yield return $"{module.GetType().Name}.{field.Name}";
            }
        }
    }

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        for (var each = type; each is not null && Packages.IsOfUser(each); each = each.BaseType)
        {
            foreach (var field in each.GetFields(Own))
            {
                yield return field;
            }
        }
    }

    private static IEnumerable<nn.Module> ModulesIn(object? value) => value switch
    {
        nn.Module module => [module],
        IDictionary map => map.Values.OfType<nn.Module>(),
        IEnumerable items and not string => items.OfType<nn.Module>(),
        _ => [],
    };
}
