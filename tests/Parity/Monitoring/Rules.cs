using Sheaf.Testbed;
using YamlDotNet.RepresentationModel;

namespace Sheaf.Tests.Parity.Monitoring;

/// <summary>The alerts of deploy/prometheus.</summary>
internal static class Rules
{
    public static string Folder => Path.Combine(Checkout.Root, "deploy/prometheus");

    public static YamlNode Groups => Load(Path.Combine(Folder, "rules.yml"))["groups"];

    /// <summary>By name, what each one asks.</summary>
    public static IReadOnlyDictionary<string, string> Alerts => ((YamlSequenceNode)Groups[0]["rules"])
        .ToDictionary(rule => rule["alert"].ToString(), rule => rule["expr"].ToString(), StringComparer.Ordinal);

    public static YamlNode Load(string path)
    {
        var yaml = new YamlStream();
        using var reader = new StreamReader(path);
        yaml.Load(reader);
        return yaml.Documents[0].RootNode;
    }
}
