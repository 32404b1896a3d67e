using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Contracts.Grains;

/// <summary>The list of all experiments (one grain, key <see cref="Key"/>); never on the path of a step.</summary>
[Alias("sheaf.IExperimentIndexGrain")]
public interface IExperimentIndexGrain : IGrainWithStringKey
{
    const string Key = "index";

    [Alias("Put")]
    Task Put(ExperimentSummary summary);

    [Alias("Remove")]
    Task Remove(string experimentId);

    /// <summary>In the order of submission.</summary>
    [Alias("List")]
    Task<IReadOnlyList<ExperimentSummary>> List();

    /// <summary>Those that have not ended, in the order of submission.</summary>
    [Alias("Unfinished")]
    Task<IReadOnlyList<ExperimentSummary>> Unfinished();
}
