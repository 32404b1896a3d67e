using Sheaf.Silo.Faults;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Unit.Silo.Faults;

public sealed class FaultPlanTests
{
    [Fact]
    public void Parse_EnsureEveryPointAndActionHasAName()
    {
        foreach (var point in Enum.GetValues<FaultPoint>())
        {
            Assert.Equal(point, Assert.Single(FaultPlan.Parse($"{FaultPlan.Name(point)}@1:2=throw")).Point);
        }

        foreach (var action in Enum.GetValues<FaultAction>())
        {
            var text = FaultPlan.Name(action) + (action == FaultAction.Delay ? ":5" : "");
            Assert.Equal(action, Assert.Single(FaultPlan.Parse($"before-compute@1:2={text}")).Action);
        }

        Assert.Equal("after-reduce-before-apply", FaultPlan.Name(FaultPoint.AfterReduceBeforeApply));
    }

    [Fact]
    public void Parse_EnsureWorkersStepsHitsAndDelaysAreRead()
    {
        var faults = FaultPlan.Parse("before-compute@1:100=kill, while-checkpointing@*:200#3=throw,\nwhile-sending@0:*#*=delay:50,");

        Assert.Equal(
            [
                new("before-compute@1:100=kill", FaultPoint.BeforeCompute, 1, 100, 1, FaultAction.Kill, TimeSpan.Zero),
                new("while-checkpointing@*:200#3=throw", FaultPoint.WhileCheckpointing, null, 200, 3, FaultAction.Throw, TimeSpan.Zero),
                new("while-sending@0:*#*=delay:50", FaultPoint.WhileSending, 0, null, null, FaultAction.Delay, TimeSpan.FromMilliseconds(50)),
            ],
            faults);
        Assert.Empty(FaultPlan.Parse(" , "));
    }

    [Fact]
    public void Parse_EnsureAllMistakesAreToldAtOnceWithWhatIsAllowed()
    {
        var error = Assert.Throws<FormatException>(() => FaultPlan.Parse(
            "nonsense, somewhere@0:1=kill, before-compute@x:1=kill, before-compute@0:-1=kill, before-compute@0:1=explode, before-compute@0:1=delay, "
                + "before-compute@0:1=kill:3, before-compute@0:1#0=kill, before-compute@0:1=delay:0"));

        Assert.Contains("'nonsense': expected point@worker:step=action", error.Message, StringComparison.Ordinal);
        Assert.Contains("there is no point 'somewhere'; points are before-compute, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("the worker 'x' is no number", error.Message, StringComparison.Ordinal);
        Assert.Contains("the step '-1' is no number", error.Message, StringComparison.Ordinal);
        Assert.Contains("there is no action 'explode'; actions are throw, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("'before-compute@0:1=delay': delay needs milliseconds", error.Message, StringComparison.Ordinal);
        Assert.Contains("kill takes no value", error.Message, StringComparison.Ordinal);
        Assert.Contains("the hit after # is a number from 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("'before-compute@0:1=delay:0': delay needs milliseconds", error.Message, StringComparison.Ordinal);
        Assert.Equal(10, error.Message.Split('\n').Length);
    }
}
