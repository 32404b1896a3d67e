namespace Sheaf.Api.Security;

internal enum RefusalCause
{
    /// <summary>The caller showed no token, or one that is not known.</summary>
    Unknown,

    /// <summary>The caller's role does not allow it.</summary>
    Forbidden,

    /// <summary>Too many calls in a second.</summary>
    Rate,

    /// <summary>Too many open streams.</summary>
    Streams,

    /// <summary>The request is too long.</summary>
    Size,
}
