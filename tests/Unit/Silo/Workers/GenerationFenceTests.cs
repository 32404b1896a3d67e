using Sheaf.Silo.Workers;

namespace Sheaf.Tests.Unit.Silo.Workers;

public sealed class GenerationFenceTests
{
    private readonly GenerationFence _fence = new();

    [Fact]
    public void Survey_EnsureLowerGenerationsAreRefusedFromThenOn()
    {
        Assert.True(_fence.MayStart(3));
        Assert.True(_fence.MaySurvey(5));
        Assert.False(_fence.MayStart(3));
        Assert.False(_fence.MayStart(4));
        Assert.False(_fence.MaySurvey(4));
        Assert.True(_fence.MaySurvey(5));
        Assert.True(_fence.MayStart(5));
        Assert.Equal(5, _fence.Highest);
    }

    [Fact]
    public void Start_EnsureAGenerationThatEndedDoesNotBeginAgain()
    {
        Assert.True(_fence.MayStart(2));
        Assert.True(_fence.MayStart(2));
        _fence.End(2);
        Assert.False(_fence.MayStart(2));
        Assert.True(_fence.MayStart(3));
    }

    [Fact]
    public void Stop_EnsureAStartThatComesLateIsRefused()
    {
        Assert.True(_fence.MayStop(4));
        Assert.False(_fence.MayStart(4));
        Assert.True(_fence.MayStart(5));
    }

    [Fact]
    public void Stop_EnsureALowerGenerationDeletesNothing()
    {
        Assert.True(_fence.MaySurvey(7));
        Assert.False(_fence.MayStop(6));
        Assert.True(_fence.MayStart(7));
    }
}
