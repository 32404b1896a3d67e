using Sheaf.Specs.Yaml;

namespace Sheaf.Specs;

/// <summary>What came of parsing: the spec, or every mistake in it in the order of the text.</summary>
public sealed record SpecResult
{
    internal SpecResult(ExperimentSpec? spec, IReadOnlyList<SpecViolation> violations, IReadOnlyList<SpecSetting> settings, string source, SpecNode? overridden)
    {
        Spec = spec;
        Violations = violations;
        Settings = settings;
        Source = source;
        Overridden = overridden;
    }

    /// <summary><c>null</c> where there is a violation.</summary>
    public ExperimentSpec? Spec { get; }

    public IReadOnlyList<SpecViolation> Violations { get; }

    /// <summary>What was read, before any override.</summary>
    public string Text => Source;

    /// <summary>What could be read, in the order of the reference; complete where there is no violation.</summary>
    internal IReadOnlyList<SpecSetting> Settings { get; }

    internal string Source { get; }

    /// <summary>The tree with the overrides in it; <c>null</c> where there are none and the text says it all.</summary>
    internal SpecNode? Overridden { get; }
}
