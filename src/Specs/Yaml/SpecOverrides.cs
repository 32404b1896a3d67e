using System.Globalization;

namespace Sheaf.Specs.Yaml;

/// <summary>Puts overrides into a tree, so that they are validated like everything else.</summary>
internal static class SpecOverrides
{
    public static void Apply(SpecMapping root, SpecOverride set, SpecReport report)
    {
        var origin = new SpecOrigin(0, 0, set);
        var value = Value(set, origin, report);
        var names = set.Key.Split('.');
        Slot at = new(root, 0, null);
        for (var i = 0; i < names.Length; i++)
        {
            var parent = string.Join('.', names[..i]);
            if (i > 0)
            {
                at = at with { Node = Open(at, names[i], origin) };
            }

            if (Step(at.Node, names[i], origin, i == names.Length - 1 ? value : null, out var next) is { } problem)
            {
                report.Add(set.Key, origin, parent.Length > 0 ? $"{parent} {problem}" : problem);
                return;
            }

            at = next;
        }

        at.Put(value);
    }

    /// <summary>
    /// What begins with a bracket or a quote is YAML. Everything else is the very text that was written: a column called <c>price #2</c> or
    /// <c>- d</c> is neither shortened to what stands before a comment nor taken for a list.
    /// </summary>
    private static SpecNode Value(SpecOverride set, SpecOrigin origin, SpecReport report)
    {
        if (set.Value is not ['{' or '[' or '"' or '\'', ..])
        {
            SpecTree.CheckText(set.Value, set.Key, origin, report);
            return new SpecScalar(origin, set.Value, isPlain: true);
        }

        var mistakes = report.Count;
        var value = SpecTree.Load(set.Value, report, set);
        if (report.Count == mistakes && YamlScan.Of(set.Value).Comment is { } comment)
        {
            report.Add(
                set.Key,
                origin,
                $"what follows the # at character {comment.Offset + 1} of the value would be a comment and dropped; put the text in quotes, or leave that out");
        }

        return value ?? new SpecScalar(origin, "", isPlain: true);
    }

    /// <summary>
    /// <c>loss: cross_entropy</c> is short for <c>loss: {cross_entropy: {}}</c>: made long where an override goes inside; so is an empty value.
    /// </summary>
    private static SpecNode Open(Slot at, string name, SpecOrigin origin)
    {
        if (at.Node is not SpecScalar scalar || !(scalar.IsNull || scalar.Text == name))
        {
            return at.Node;
        }

        var entries = new List<SpecMappingEntry>();
        if (!scalar.IsNull)
        {
            entries.Add(new(new SpecScalar(scalar.Origin, name, isPlain: true), new SpecMapping(scalar.Origin, [], isFlow: true)));
        }

        var opened = new SpecMapping(scalar.IsNull ? origin : scalar.Origin, entries, isFlow: true);
        at.Put(opened);
        return opened;
    }

    private static string? Step(SpecNode node, string name, SpecOrigin origin, SpecNode? last, out Slot next)
    {
        next = default;
        switch (node)
        {
            case SpecMapping mapping:
                var entry = mapping.Find(name);
                if (entry is null)
                {
                    entry = new(new SpecScalar(origin, name, isPlain: true), last ?? new SpecScalar(origin, "", isPlain: true));
                    mapping.Entries.Add(entry);
                }

                next = new(entry.Value, 0, entry);
                return null;
            case SpecSequence list:
                if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= list.Items.Count)
                {
                    return list.Items.Count == 0
                        ? "is an empty list; set it whole"
                        : $"is a list: \"{name}\" must be a number from 0 to {list.Items.Count - 1}";
                }

                next = new(list.Items[index], index, list);
                return null;
            default:
                return $"is {node.Quote()}, with nothing inside to set; set all of it, such as {{{name}: ...}}";
        }
    }

    /// <summary>A node and the place that holds it.</summary>
    private readonly record struct Slot(SpecNode Node, int Index, object? Holder)
    {
        public void Put(SpecNode value)
        {
            if (Holder is SpecMappingEntry entry)
            {
                entry.Value = value;
            }
            else if (Holder is SpecSequence list)
            {
                list.Items[Index] = value;
            }
        }
    }
}
