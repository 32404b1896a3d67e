using System.Globalization;
using System.Reflection;
using Sheaf.Surroundings;

namespace Sheaf.Training.UserCode;

/// <summary>Finds the constructor that takes a spec's arguments, and what is passed to it.</summary>
internal static class Arguments
{
    /// <param name="named">From the spec, by parameter.</param>
    /// <param name="given">Values for parameters of just their type, whatever these are called.</param>
    /// <exception cref="UserCodeException">No public constructor takes them; the message says what each lacks.</exception>
    public static object Create(Type type, IReadOnlyDictionary<string, IReadOnlyList<string>> named, params object[] given)
    {
        var constructors = type.GetConstructors().OrderByDescending(each => each.GetParameters().Length).ToArray();
        if (type.IsAbstract || constructors.Length == 0)
        {
            throw new UserCodeException($"{type.FullName} cannot be made: it {(type.IsAbstract ? "is abstract" : "has no public constructor")}.");
        }

        var problems = new List<string>();
        foreach (var constructor in constructors)
        {
            var (values, mistakes) = Bind(constructor, named, given);
            if (mistakes.Count == 0)
            {
                return constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, values, CultureInfo.InvariantCulture);
            }

            problems.Add(string.Join("; ", mistakes));
        }

        throw new UserCodeException(problems.Count == 1
            ? $"{type.FullName}: {problems[0]}."
            : $"{type.FullName}: none of its {problems.Count} constructors takes these arguments: {string.Join(" / ", problems)}.");
    }

    private static (object?[] Values, List<string> Mistakes) Bind(
        ConstructorInfo constructor, IReadOnlyDictionary<string, IReadOnlyList<string>> named, object[] given)
    {
        var parameters = constructor.GetParameters();
        var mistakes = new List<string>();
        foreach (var unknown in named.Keys.Where(name => !Array.Exists(parameters, parameter => parameter.Name == name)))
        {
            var names = parameters.Length == 0 ? "it has none" : $"it has {string.Join(", ", parameters.Select(parameter => parameter.Name))}";
            mistakes.Add($"its constructor has no parameter \"{Printable.Of(unknown)}\"; {names}");
        }

        var values = new object?[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            var parameter = parameters[i];
            if (Array.Find(given, parameter.ParameterType.IsInstanceOfType) is { } known)
            {
                values[i] = known;
            }
            else if (!named.TryGetValue(parameter.Name!, out var texts))
            {
                values[i] = parameter.HasDefaultValue ? parameter.DefaultValue : null;
                if (!parameter.HasDefaultValue)
                {
                    mistakes.Add($"the argument \"{parameter.Name}\" ({NameOf(parameter.ParameterType)}) is missing");
                }
            }
            else if (ValueOf(parameter.ParameterType, texts) is { } value)
            {
                values[i] = value;
            }
            else
            {
                mistakes.Add($"the argument \"{parameter.Name}\" is {Printable.Of(string.Join(", ", texts))}, which is no {NameOf(parameter.ParameterType)}");
            }
        }

        return (values, mistakes);
    }

    private static object? ValueOf(Type type, IReadOnlyList<string> texts)
    {
        if (ItemOf(type) is not { } item)
        {
            return texts.Count == 1 ? Single(Nullable.GetUnderlyingType(type) ?? type, texts[0]) : null;
        }

        var items = Array.CreateInstance(item, texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            if (Single(item, texts[i]) is not { } value)
            {
                return null;
            }

            items.SetValue(value, i);
        }

        return items;
    }

    /// <summary>Of arrays, and of the interfaces that an array has.</summary>
    private static Type? ItemOf(Type type) => type.IsArray
        ? type.GetElementType()
        : type.IsGenericType && type.IsInterface && type.IsAssignableFrom(type.GenericTypeArguments[0].MakeArrayType()) ? type.GenericTypeArguments[0] : null;

    private static object? Single(Type type, string text)
    {
        var culture = CultureInfo.InvariantCulture;
        return type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(bool) => text switch { "true" => true, "false" => false, _ => null },
            _ when type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var value) ? value : null,
            _ when type == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var value) ? value : null,
            _ when type == typeof(float) => float.TryParse(text, NumberStyles.Float, culture, out var value) && float.IsFinite(value) ? value : null,
            _ when type == typeof(double) => double.TryParse(text, NumberStyles.Float, culture, out var value) && double.IsFinite(value) ? value : null,
            _ when type.IsEnum => Enum.TryParse(type, text, ignoreCase: false, out var value) && Enum.IsDefined(type, value) ? value : null,
            _ => null,
        };
    }

    private static string NameOf(Type type)
    {
        if (ItemOf(type) is { } item)
        {
            return $"list of {NameOf(item)}";
        }

        var single = Nullable.GetUnderlyingType(type) ?? type;
        return single switch
        {
            _ when single == typeof(string) => "text",
            _ when single == typeof(bool) => "true or false",
            _ when single == typeof(int) || single == typeof(long) => "whole number",
            _ when single == typeof(float) || single == typeof(double) => "number",
            _ when single.IsEnum => string.Join(" or ", Enum.GetNames(single)),
            _ => $"{single.Name}, which a spec cannot give: use numbers, texts, true or false, and lists of them",
        };
    }
}
