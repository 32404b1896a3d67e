using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Experiments;

namespace Sheaf.Tests.Unit.Silo.Experiments;

public class ExperimentIndexGrainTests
{
    private static readonly ExperimentSummary s_known = new() { Id = "a", Name = "a", State = RunState.Running, Step = 4, TotalSteps = 30, Workers = 2, Submitted = DateTimeOffset.UnixEpoch };

    [Fact]
    public void IsWorthAWrite_EnsureStepsAloneAreNotUntilSomeSecondsHavePassed()
    {
        var further = s_known with { Step = 9 };
        Assert.False(ExperimentIndexGrain.IsWorthAWrite(s_known, further, TimeSpan.FromSeconds(9.9)));
        Assert.True(ExperimentIndexGrain.IsWorthAWrite(s_known, further, TimeSpan.FromSeconds(10)));
        Assert.True(ExperimentIndexGrain.IsWorthAWrite(s_known, further with { State = RunState.Paused }, TimeSpan.Zero));
        Assert.True(ExperimentIndexGrain.IsWorthAWrite(s_known, further with { Workers = 1 }, TimeSpan.Zero));
    }
}
