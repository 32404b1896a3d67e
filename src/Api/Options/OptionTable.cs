using System.Reflection;
using Sheaf.Surroundings.Options;

namespace Sheaf.Api.Options;

/// <summary>All options of a server, from the records that have them. Thread-safe.</summary>
internal sealed class OptionTable
{
    private readonly Type _root;
    private readonly object _defaults;

    /// <param name="root">A record of options; groups of options are records in its properties.</param>
    /// <param name="heading">Over those of the root itself.</param>
    public OptionTable(Type root, string heading)
    {
        (_root, _defaults) = (root, Activator.CreateInstance(root)!);
        Entries = [.. Walk(root, [], "", heading)];
        Orders =
        [
            .. from entry in Entries
               from below in entry.Property.GetCustomAttributes<BelowAttribute>()
               select new OptionOrder(entry, Known(below.Other, entry), below.OrEqual, below.Because),
            .. from entry in Entries
               from above in entry.Property.GetCustomAttributes<AboveAttribute>()
               select new OptionOrder(Known(above.Other, entry), entry, OrEqual: false, above.Because),
        ];
    }

    /// <summary>In the order of <c>--help</c>.</summary>
    public IReadOnlyList<OptionEntry> Entries { get; }

    public IReadOnlyList<OptionOrder> Orders { get; }

    /// <summary>By its name without dashes before it.</summary>
    public OptionEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    public object? Default(OptionEntry entry) => entry.Of(_defaults);

    /// <summary>The options with what was given in place of the defaults; what is wrong with it is added to the problems, and has its default.</summary>
    public object Bind(IEnumerable<GivenOption> given, ICollection<string> problems)
    {
        var options = Activator.CreateInstance(_root)!;
        foreach (var each in given)
        {
            try
            {
                each.Entry.Set(options, OptionText.Read(each.Entry, each.Source, each.Text));
            }
            catch (FormatException e)
            {
                problems.Add(e.Message);
            }
        }

        foreach (var problem in Disorder(options))
        {
            problems.Add(problem);
        }

        return options;
    }

    /// <summary>Sentences about options whose values do not have the order that they must have.</summary>
    public IEnumerable<string> Disorder(object options) =>
        from order in Orders
        where !order.HoldsIn(options)
        let lesser = OptionText.Show(order.Lesser, order.Lesser.Of(options))
        let greater = OptionText.Show(order.Greater, order.Greater.Of(options))
        select $"{order.Lesser.Option} is {lesser} and must be {order.Words} {order.Greater.Option}, which is {greater}: {order.Because}.";

    private OptionEntry Known(string name, OptionEntry by) =>
        Find(name) ?? throw new InvalidOperationException($"{by.Option} is ordered with {name}, which is no option.");

    private static IEnumerable<OptionEntry> Walk(Type type, IReadOnlyList<PropertyInfo> path, string prefix, string heading)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance);
        foreach (var property in properties)
        {
            if (property.GetCustomAttribute<OptionAttribute>() is { } says)
            {
                yield return new(path, property, says, prefix, heading);
            }
        }

        foreach (var property in properties)
        {
            if (property.GetCustomAttribute<OptionGroupAttribute>() is { } group)
            {
                foreach (var entry in Walk(property.PropertyType, [.. path, property], group.Name, group.Heading))
                {
                    yield return entry;
                }
            }
        }
    }
}
