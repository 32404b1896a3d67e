namespace Sheaf.Client.Connections;

/// <summary>Where servers may be. Each of them answers for the whole cluster.</summary>
internal interface IServerSource
{
    /// <summary>For messages, without secrets.</summary>
    string Description { get; }

    /// <summary>What to type to get the same source again, with a blank before it; empty where nothing needs to be typed.</summary>
    string Hint { get; }

    /// <summary>Addresses to try, dead ones perhaps among them.</summary>
    /// <exception cref="Failures.CliException">They cannot be learned.</exception>
    Task<IReadOnlyList<Uri>> CandidatesAsync(CancellationToken cancellation);
}
