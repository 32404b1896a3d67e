using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs.Schema;

/// <summary>A list; where <paramref name="single"/>, one item may stand without its brackets.</summary>
internal sealed class ListType<T>(SpecType<T> item, int min, bool single = false, bool distinct = false) : SpecType<IReadOnlyList<T>>
{
    public override string Text => $"list: {item.Text}";

    public override string Range =>
        string.Join("; ", new[] { item.Range, min > 0 ? $"{min} or more items" : "", distinct ? "each once" : "" }.Where(t => t.Length > 0));

    public override string? Show(IReadOnlyList<T> value)
    {
        var items = value.Select(item.Show).ToList();
        return items.Count > 0 && items.TrueForAll(i => i is null) ? null : $"[{string.Join(", ", items)}]";
    }

    public override JsonObject JsonSchema(SchemaWriter schema)
    {
        var list = new JsonObject { ["type"] = "array", ["items"] = item.JsonSchema(schema) };
        if (min > 0)
        {
            list["minItems"] = min;
        }

        if (distinct)
        {
            list["uniqueItems"] = true;
        }

        return single ? SchemaWriter.AnyOf(list, item.JsonSchema(schema)) : list;
    }

    public override IEnumerable<SpecRow> Rows(string key) => item.Rows($"{key}.N");

    public override bool TryRead(SpecNode node, string key, SpecReading reading, [MaybeNullWhen(false)] out IReadOnlyList<T> value)
    {
        value = null;
        var items = node switch
        {
            SpecSequence list => list.Items,
            SpecScalar when single => [node],
            _ => null,
        };
        if (items is null)
        {
            return reading.Reject(key, node.Origin, $"{node.Quote()} is not a list; write [..., ...] ({Text}{(Range.Length > 0 ? ": " + Range : "")})");
        }

        if (items.Count < min)
        {
            return reading.Reject(
                key,
                node.Origin,
                $"the list {(items.Count == 0 ? "is empty" : $"has {items.Count}")}; "
                    + $"at least {min} needed ({item.Text}{(item.Range.Length > 0 ? ": " + item.Range : "")})");
        }

        var read = new List<T>();
        var sound = true;
        for (var i = 0; i < items.Count; i++)
        {
            var at = $"{key}.{i}";
            reading.Wrote(at, items[i].Origin);
            if (!item.TryRead(items[i], at, reading, out var one))
            {
                sound = false;
            }
            else if (distinct && read.Contains(one))
            {
                sound = reading.Reject(at, items[i].Origin, $"{items[i].Quote()} stands twice in the list; keep one");
            }
            else
            {
                read.Add(one);
                reading.Keep(at, one);
            }
        }

        value = read;
        return sound;
    }
}
