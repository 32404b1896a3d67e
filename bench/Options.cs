using System.Globalization;

namespace Sheaf.Bench;

/// <summary>Arguments of the form <c>--key value</c>.</summary>
internal sealed class Options(IReadOnlyList<string> arguments)
{
    private readonly Dictionary<string, string> _values = Pair(arguments);

    public string Text(string key) => _values.TryGetValue(key, out var value) ? value : throw new ArgumentException($"--{key} is missing.");

    public bool TryText(string key, out string value) => _values.TryGetValue(key, out value!);

    public long Number(string key, long otherwise) => _values.TryGetValue(key, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    private static Dictionary<string, string> Pair(IReadOnlyList<string> arguments)
    {
        var values = new Dictionary<string, string>();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal) || i + 1 == arguments.Count)
            {
                throw new ArgumentException($"'{arguments[i]}' is not of the form --key value.");
            }

            values[arguments[i][2..]] = arguments[i + 1];
        }

        return values;
    }
}
