using System.Text;

namespace Orleans.Serialization.TypeSystem;

/// <summary>A type's full name with assembly names but without their versions, so that it means the same in every process.</summary>
public static class RuntimeTypeNameFormatter
{
    public static string Format(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var builder = new StringBuilder();
        Append(builder, type);
        return builder.Append(',').Append(type.Assembly.GetName().Name).ToString();
    }

    private static void Append(StringBuilder builder, Type type)
    {
        if (type.HasElementType)
        {
            Append(builder, type.GetElementType()!);
            builder.Append(type.IsArray ? "[" + new string(',', type.GetArrayRank() - 1) + "]" : type.IsByRef ? "&" : "*");
            return;
        }

        if (!type.IsConstructedGenericType)
        {
            builder.Append(type.FullName);
            return;
        }

        builder.Append(type.GetGenericTypeDefinition().FullName);
        var separator = '[';
        foreach (var argument in type.GetGenericArguments())
        {
            builder.Append(separator).Append('[').Append(Format(argument)).Append(']');
            separator = ',';
        }

        builder.Append(']');
    }
}
