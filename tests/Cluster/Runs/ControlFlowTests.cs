using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Runs;

public sealed class ControlFlowTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_EnsureStartsCommitsAndTheCoordinatorReductionPassThroughGrainsWithCopiedArguments()
    {
        var calls = new CallFilter();
        await using var silo = await TestSilo.Start(_folder, configure: builder => builder.UseOrleans(orleans => orleans.AddIncomingGrainCallFilter(calls)));
        await silo.Submit(_folder, "flow", TestFolder.Spec(epochs: 1, reduction: "coordinator"));
        await silo.Completed("flow");

        var starts = calls.Arguments<Assignment>(nameof(IWorkerGrain.Start));
        Assert.Equal([0, 1], starts.Select(start => start.Worker).Order());
        var steps = calls.Arguments<SiloReport>(nameof(ICoordinatorGrain.Report)).SelectMany(report => report.Steps).ToArray();
        for (var worker = 0; worker < 2; worker++)
        {
            Assert.Equal(Enumerable.Range(0, 10).Select(step => (long)step), steps.Where(step => step.Worker == worker).Select(step => step.Step));
        }

        var reductions = calls.Arguments<ReduceRequest>(nameof(ICoordinatorGrain.Reduce)).Where(request => request.Kind == "gradient").ToArray();
        Assert.Equal(Enumerable.Range(0, 10).Select(step => (long)step), reductions.Select(request => request.Step));
        Assert.All(reductions, request => Assert.Equal(4, request.Parts.Sum(part => part.Shards)));

        // What the grain gets is not what the caller gave: they share nothing that could change.
        var request = reductions[0] with { Generation = 0 };
        await Assert.ThrowsAnyAsync<Exception>(() => silo.Coordinator("flow").Reduce(request, TestSilo.Guard));
        var copy = calls.Arguments<ReduceRequest>(nameof(ICoordinatorGrain.Reduce))[^1];
        Assert.NotSame(request, copy);
        Assert.NotSame(request.Parts[0].Sum, copy.Parts[0].Sum);
        Assert.Equal(request.Parts[0].Sum, copy.Parts[0].Sum);
        var report = new SiloReport { Silo = "other", Generation = 1, Notes = new List<string> { "x" } };
        await SettledEnd(silo, report);
        var reported = calls.Arguments<SiloReport>(nameof(ICoordinatorGrain.Report))[^1];
        Assert.NotSame(report, reported);
        Assert.NotSame(report.Notes, reported.Notes);
        Assert.False(await silo.Grains.GetGrain<IWorkerGrain>(IWorkerGrain.KeyOf("flow", 0, silo.Address)).Direct(0, []));
    }

    /// <summary>The end is told before the coordinator has let go of the generation: it answers as during training until then.</summary>
    private static async Task SettledEnd(TestSilo silo, SiloReport report)
    {
        var guard = TestSilo.Guard;
        while ((await silo.Coordinator("flow").Report(report)).GoesOn)
        {
            guard.ThrowIfCancellationRequested();
        }
    }

    private sealed class CallFilter : IIncomingGrainCallFilter
    {
        private readonly ConcurrentQueue<(string Method, object Argument)> _received = new();
        public T[] Arguments<T>(string method) => _received.Where(call => call.Method == method).Select(call => call.Argument).OfType<T>().ToArray();

        public Task Invoke(IIncomingGrainCallContext context)
        {
            for (var i = 0; i < context.Request.GetArgumentCount(); i++)
            {
                if (context.Request.GetArgument(i) is { } argument)
                {
                    _received.Enqueue((context.MethodName, argument));
                }
            }

            return context.Invoke();
        }
    }
}
