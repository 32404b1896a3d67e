namespace Sheaf.Silo.Diagnosis;

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
}
