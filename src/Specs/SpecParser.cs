using Sheaf.Specs.Schema;
using Sheaf.Specs.Sections;
using Sheaf.Specs.Yaml;

namespace Sheaf.Specs;

/// <summary>Reads a spec and finds every mistake in it at once. Pure: looks at no file. Thread-safe.</summary>
public static class SpecParser
{
    /// <param name="yaml">The text.</param>
    /// <param name="basePath">The absolute folder that relative paths in the spec are relative to.</param>
    /// <param name="overrides">Applied before anything is checked.</param>
    /// <returns>The spec or the violations; never throws because of what a user wrote.</returns>
    public static SpecResult Parse(string yaml, string basePath, IReadOnlyList<SpecOverride>? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(basePath);
        var report = new SpecReport();
        var start = new SpecOrigin(1, 1, null);
        if (!Path.IsPathFullyQualified(basePath) || basePath.Contains('\0', StringComparison.Ordinal))
        {
            report.Add("", new SpecOrigin(0, 0, null), $"the folder that paths are relative to, \"{basePath}\", is not an absolute path");
            basePath = "/";
        }

        var root = SpecTree.Load(yaml, report);
        if (report.Count == 0 && (root is null or SpecScalar { IsNull: true }))
        {
            root = new SpecMapping(start, [], isFlow: false);
        }

        if (root is not SpecMapping mapping)
        {
            if (root is not null)
            {
                report.Add("", root.Origin, $"{root.Quote()} is not a spec; a spec is \"key: value\" lines, beginning with name: ...");
            }

            return new SpecResult(null, report.Violations, [], yaml, null);
        }

        foreach (var set in overrides ?? [])
        {
            SpecOverrides.Apply(mapping, set, report);
        }

        var reading = new SpecReading(report, basePath);
        reading.Wrote("", start);
        ExperimentSection.Type.TryRead(mapping, "", reading, out var spec);
        Combinations.Check(reading);
        return new SpecResult(report.Count == 0 ? spec : null, report.Violations, reading.Settings, yaml, overrides is { Count: > 0 } ? mapping : null);
    }
}
