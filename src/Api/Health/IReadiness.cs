namespace Sheaf.Api.Health;

/// <summary>Whether this process should get calls, as it knows by itself: it makes no call. Thread-safe.</summary>
internal interface IReadiness
{
    /// <summary>Why it should get none, for a person; null: it should.</summary>
    string? Obstacle { get; }

    /// <summary>What it is part of, for a person.</summary>
    string Summary { get; }
}
