namespace Sheaf.Surroundings.Security;

/// <summary>What a caller of the API may do; each role may do what those before it may.</summary>
public enum Role
{
    /// <summary>Looks at everything, and changes nothing.</summary>
    Viewer,

    /// <summary>Submits experiments and steers them.</summary>
    Submitter,

    /// <summary>Takes silos out of service.</summary>
    Admin,
}
