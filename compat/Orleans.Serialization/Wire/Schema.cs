using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization.Wire;

/// <summary>
/// Which members of a type are sent, as the official code generator decides: [Id] members level by level from the base type down; for a record,
/// before them and apart from them, its primary constructor's parameters by position.
/// </summary>
internal static class Schema
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Null: a base level that is written as an exception.</summary>
    public static List<List<(uint Id, MemberInfo Member)>?> Levels(Type type)
    {
        var levels = new List<List<(uint, MemberInfo)>?>();
        if (type.IsValueType)
        {
            AddLevels(type, levels);
            return levels;
        }

        var chain = new Stack<Type>();
        for (var t = type; t != typeof(object); t = t.BaseType!)
        {
            if (t == typeof(Exception))
            {
                levels.Add(null);
                break;
            }

            if (!t.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            {
                throw new CodecNotFoundException($"{t} is the base of {type} and cannot be sent: put [GenerateSerializer] on it too.");
            }

            chain.Push(t);
        }

        foreach (var t in chain)
        {
            AddLevels(t, levels);
        }

        return levels;
    }

    /// <summary>Types that need no attribute, with their fields in order.</summary>
    public static List<List<(uint Id, MemberInfo Member)>?> Positional(Type type)
    {
        var fields = type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
        return [[.. fields.Select((f, i) => ((uint)i, (MemberInfo)f))]];
    }

    private static void AddLevels(Type type, List<List<(uint Id, MemberInfo Member)>?> levels)
    {
        var attribute = type.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false)!;
        var members = new List<(uint Id, MemberInfo Member)>();
        foreach (var field in type.GetFields(Declared))
        {
            if (field.GetCustomAttribute<IdAttribute>() is { } id)
            {
                members.Add((id.Id, field));
            }
        }

        foreach (var property in type.GetProperties(Declared))
        {
            if (property.GetCustomAttribute<IdAttribute>() is { } id)
            {
                members.Add((id.Id, Storage(type, property)));
            }
        }

        var parameters = PrimaryConstructorMembers(type, attribute);
        parameters.RemoveAll(p => members.Any(m => m.Member == p.Member));
        if (parameters.Count > 0)
        {
            levels.Add(parameters);
        }

        if (members.GroupBy(m => m.Id).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new CodecNotFoundException($"{type} has the [Id({twice.Key})] on {string.Join(" and ", twice.Select(m => m.Member.Name))}: give each member an id of its own.");
        }

        members.Sort((a, b) => a.Id.CompareTo(b.Id));
        levels.Add(members);
    }

    private static MemberInfo Storage(Type type, PropertyInfo property)
    {
        if (type.GetField($"<{property.Name}>k__BackingField", Declared) is { } field)
        {
            return field;
        }

        return property is { GetMethod: not null, SetMethod: not null }
            ? property
            : throw new CodecNotFoundException($"{type}.{property.Name} has an [Id] but cannot be both read and set: give it a setter, or put the [Id] on its field.");
    }

    private static List<(uint Id, MemberInfo Member)> PrimaryConstructorMembers(Type type, GenerateSerializerAttribute attribute)
    {
        var isRecord = type.GetMethod("<Clone>$", Declared) is not null
            || (type.IsValueType && type.GetMethod("PrintMembers", Declared)?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) == true);
        if (!(attribute.PrimaryConstructorParameters ?? isRecord))
        {
            return [];
        }

        // The primary constructor is the one whose every parameter is a captured field or an automatic property of the same name.
        foreach (var constructor in type.GetConstructors(Declared).OrderByDescending(c => c.GetParameters().Length))
        {
            var parameters = constructor.GetParameters();
            var members = new List<(uint, MemberInfo)>();
            foreach (var parameter in parameters)
            {
                var field = type.GetField($"<{parameter.Name}>k__BackingField", Declared) ?? type.GetField($"<{parameter.Name}>P", Declared);
                if (field is not null && field.FieldType == parameter.ParameterType)
                {
                    members.Add(((uint)parameter.Position, field));
                }
            }

            if (parameters.Length > 0 && members.Count == parameters.Length)
            {
                return members;
            }
        }

        return [];
    }
}
