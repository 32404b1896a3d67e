namespace Orleans.Runtime.Activations;

internal enum ActivationState
{
    /// <summary>Requests wait.</summary>
    Activating,

    Valid,

    /// <summary>Requests that have begun are finished; others wait, to be sent on to the next activation.</summary>
    Deactivating,

    Invalid,
}
