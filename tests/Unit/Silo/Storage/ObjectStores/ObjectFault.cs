namespace Sheaf.Tests.ObjectStores;

internal enum ObjectFault
{
    /// <summary>503: it is called too often.</summary>
    SlowDown,

    Forbidden,

    /// <summary>500, and nothing is done.</summary>
    Failed,

    /// <summary>500, although it was done.</summary>
    FailedAfterwards,

    /// <summary>It is done, and the connection ends without an answer.</summary>
    LoseTheAnswer,

    /// <summary>The connection ends while the request's body is on its way; nothing is done.</summary>
    CutTheUpload,

    /// <summary>The connection ends after half of the answer's body.</summary>
    CutTheDownload,
}
