using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Sheaf.Tests.Unit.Training.Replicas;
using Sheaf.Training;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.Replicas;
using Sheaf.Training.UserCode;

namespace Sheaf.Tests.Unit.Training.UserCode;

[Collection(nameof(TrialsAlone))]
public sealed class UnloadTests : IDisposable
{
    private const int Times = 40;

    private readonly SamplePackage _package = new();

    public void Dispose() => _package.Dispose();

    [Fact]
    public void Replica_EnsureItsClassesAreUnloadedWhenNobodyUsesThemAnyMore()
    {
        var contexts = Enumerable.Range(0, Times).Select(round => Train(round % 2 == 0 ? "GoodNet" : "ThrowingNet")).ToList();
        for (var round = 0; round < 10; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.InRange(contexts.Count(context => context.IsAlive), 0, 3);
    }

    /// <summary>The object is in use, and nothing else refers to what loaded it.</summary>
    [Fact]
    public void Object_AfterACollection_FindsAnAssemblyThatItNeedsForTheFirstTime()
    {
        var metric = _package.Packages.Create<Sheaf.Sdk.IMetric>(_package.Class("Late"), new Dictionary<string, IReadOnlyList<string>>());
        for (var round = 0; round < 3; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var sums = new double[1];
        metric.Add(new() { Samples = 1, OutputsPerSample = 1, Outputs = new float[1] }, sums);
        Assert.Equal(2, sums[0]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Train(string model)
    {
        var cancel = TestContext.Current.CancellationToken;
        var spec = _package.Spec(model, loss: "GoodLoss");
        var data = DataLoader.Load(spec.Data, spec.Seed, null, cancel, _package.Packages);
        var facts = new UserCodeFacts
        {
            LossesPerSample = 1,
            Model = new() { Output = [3], Parameters = [.. Planned(model)], Buffers = [] },
        };
        data = data with { Facts = data.Facts with { UserCode = facts } };
        var lease = TinyRun.Leases(spec.Shards, 1)[0];
        using var group = TinyRun.Group(spec, data, [lease]);
        using var replica = new Replica(TinyRun.Options(spec, data, lease) with { Packages = _package.Packages }, TimeProvider.System);
        replica.Join(TinyRun.Options(spec, data, lease) with { Packages = _package.Packages }, group, new(TimeProvider.System, 0));
        try
        {
            replica.RunStep(null, cancel);
        }
        catch (Sheaf.Training.TrainingException)
        {
            // What it throws is of its own context as well.
        }

        return new(AssemblyLoadContext.GetLoadContext(replica.ModuleType.Assembly));
    }

    private IEnumerable<PlannedTensor> Planned(string model)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var spec = _package.Spec(model);
        var data = DataLoader.Load(spec.Data, spec.Seed, null, TestContext.Current.CancellationToken, _package.Packages);
        using var module = UserModel.Build(spec, _package.Packages, data.Facts, TorchSharp.torch.CPU);
        return [.. FlatModel.Trained(module).Select(each => new PlannedTensor(each.name, [.. each.parameter.shape.Select(size => (int)size)]))];
    }
}
