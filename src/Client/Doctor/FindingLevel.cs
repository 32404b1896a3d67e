namespace Sheaf.Client.Doctor;

/// <summary>How much a finding matters.</summary>
internal enum FindingLevel
{
    Ok,

    /// <summary>Works, and may not do so as it should.</summary>
    Warning,

    /// <summary>Something will not work.</summary>
    Wrong,
}
