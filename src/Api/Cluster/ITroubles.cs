namespace Sheaf.Api.Cluster;

/// <summary>What is not as it should be with the process that answers, as far as a user must know. Thread-safe.</summary>
internal interface ITroubles
{
    /// <summary>Its own: a sentence each, with when it began.</summary>
    IReadOnlyList<string> All { get; }

    /// <summary>Its own, and those of the experiments that it coordinates.</summary>
    IReadOnlyList<string> WithExperiments { get; }

    /// <summary>Why writes to the store fail now; null: nothing says that they do.</summary>
    string? OfStore { get; }

    /// <summary>Certificates that end, files of certificates or tokens that cannot be used: a sentence without its full stop. Null: all is well.</summary>
    void SetSecurity(string? text);

    /// <summary>Looks whether the store takes writes again. Never fails.</summary>
    Task LookAtStore(CancellationToken cancellationToken);
}
