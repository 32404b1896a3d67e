namespace Sheaf.Silo.Coordination;

/// <summary>What resuming experiments asks of other grains. Calls may fail.</summary>
internal interface IResumeCalls
{
    /// <summary>Ids of the experiments that have not ended, in the order of submission.</summary>
    Task<IReadOnlyList<string>> Unfinished();

    /// <summary>Wakes the experiment's coordinator, wherever it is. What is listed and was never recorded is taken off the list.</summary>
    Task Touch(string experimentId);
}
