namespace Sheaf.Api.Diagnosis;

/// <summary>Why a run is as it is.</summary>
public enum WhyVerdict
{
    /// <summary>Nothing stands out.</summary>
    Healthy,
    Slow,
    Stuck,
    Queued,
    Starting,
    Recovering,
    Paused,

    /// <summary>Failed or cancelled.</summary>
    Dead,
    Completed,

    /// <summary>The silo that was asked cannot reach the coordinator.</summary>
    Unreachable,

    /// <summary>It goes on, or waits, and something that a user must know of is not as it should be.</summary>
    Troubled,
}
