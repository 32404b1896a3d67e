namespace Orleans.Runtime.Links;

/// <summary>The byte after a frame's length.</summary>
internal enum FrameKind : byte
{
    Request = 1,
    Response = 2,

    /// <summary>The caller of a request no longer waits.</summary>
    Cancel = 3,

    /// <summary>To a caller: its request is now with another silo, where the grain is.</summary>
    Redirect = 4,

    /// <summary>The membership table has changed.</summary>
    Gossip = 5,

    /// <summary>Asks, while the directory cannot be read, whether a grain is active there.</summary>
    Locate = 6,
    Located = 7,

    /// <summary>The sender stops and takes no more requests.</summary>
    Farewell = 8,
    FarewellHeard = 9,
}
