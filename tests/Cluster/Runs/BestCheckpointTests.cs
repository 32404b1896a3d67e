using Sheaf.Records;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Runs;

/// <summary>Which checkpoints of a whole experiment are kept as its best, and the score beside each.</summary>
public sealed class BestCheckpointTests : IDisposable
{
    private const int Best = 3;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="evaluated">Every so many epochs.</param>
    /// <param name="saved">Every so many epochs.</param>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(2, 3)]
    public async Task Kept_AreTheLatestAndTheBestOfThoseThatWereEvaluatedAtTheirOwnStep(int evaluated, int saved)
    {
        await using var silo = await TestSilo.Start(_folder);
        var checkpoints = $"{{ every: {saved} epochs, keep: {{ latest: 1, best: {Best}, by: validation_loss }} }}";

        // A rate at which the loss goes up and down, so that the best are not the last.
        var spec = TestFolder.Spec(epochs: 24, learningRate: "3", checkpoints: checkpoints, more: $"evaluate_every: {evaluated} epochs");
        await silo.Submit(_folder, "best", spec);
        var view = await silo.Completed("best");

        var losses = view.Evaluations.Where(each => each.Rows == RowSetKind.Validation).ToDictionary(each => each.Step, each => each.Loss);
        var written = Enumerable.Range(1, 24 / saved).Select(each => each * saved * view.Run.StepsPerEpoch).ToArray();
        var best = written.Where(losses.ContainsKey).OrderBy(step => losses[step]).Take(Best);
        Assert.Equal(best.Append(written[^1]).Distinct().Order(), view.Checkpoints.Select(each => each.Step));
        Assert.All(view.Checkpoints, each => Assert.Equal(losses.TryGetValue(each.Step, out var loss) ? loss : null, each.Score));
        Assert.NotEqual(written.TakeLast(Best), view.Checkpoints.Select(each => each.Step).TakeLast(Best));
    }
}
