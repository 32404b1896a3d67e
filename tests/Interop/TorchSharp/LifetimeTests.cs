using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Tests.Interop.TorchSharp;

/// <summary>Dispose scopes, and that nothing native is left behind.</summary>
[Collection(TorchCollection.Name)]
public sealed class LifetimeTests
{
    [Fact]
    public void Scope_DisposesWhatWasMadeInIt()
    {
        Tensor inner;
        using (var scope = NewDisposeScope())
        {
            inner = ones(2) + ones(2);
            Assert.Equal(3, scope.DisposablesCount);
            Assert.True(scope.Contains(inner));
        }

        Assert.True(inner.IsInvalid);
        Assert.Throws<InvalidOperationException>(() => inner.shape);
        Assert.Throws<InvalidOperationException>(() => inner + inner);
    }

    [Fact]
    public void MovedAndDetachedTensors_OutliveTheirScope()
    {
        using var outer = NewDisposeScope();
        Tensor moved, detached, kept;
        using (var inner = NewDisposeScope())
        {
            moved = ones(1).MoveToOuterDisposeScope();
            detached = ones(1).DetachFromDisposeScope();
            kept = inner.Detach(ones(1));
        }

        Assert.True(outer.Contains(moved));
        Assert.False(outer.Contains(detached));
        outer.Dispose();
        Assert.True(moved.IsInvalid);
        Assert.False(detached.IsInvalid);
        Assert.False(kept.IsInvalid);
        detached.Dispose();
        kept.Dispose();
    }

    [Fact]
    public void ScopeOfAThread_TakesNothingFromAnother()
    {
        using var scope = NewDisposeScope();
        Tensor? other = null;
        var thread = new Thread(() => other = ones(3));
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
        Assert.False(scope.Contains(other));
        other!.Dispose();
    }

    [Fact]
    public void DisposeEverythingBut_KeepsTheScopeUsable()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ones(1), ones(2));
        scope.DisposeEverythingBut(b);
        Assert.True(a.IsInvalid);
        Assert.False(b.IsInvalid);
        Assert.Equal(1, scope.DisposablesCount);
        Assert.True(scope.Contains(ones(3)));
    }

    [Fact]
    public void Parameter_EmptiesItsTensorAndInheritsItsScope()
    {
        Parameter lost, kept;
        Tensor data;
        using (NewDisposeScope())
        {
            data = ones(2);
            lost = new Parameter(data);
            Assert.True(data.IsInvalid);
            kept = new Parameter(ones(2));
            kept.DetachFromDisposeScope();
        }

        Assert.True(lost.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.True(kept.requires_grad);
        kept.Dispose();
    }

    [Fact]
    public void TenThousandSteps_LeaveNoTensorAndDoNotGrow()
    {
        set_num_threads(1);
        using var outer = NewDisposeScope();
        var net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 10));
        using var optimizer = optim.SGD(net.parameters(), 0.01, momentum: 0.9);
        var (x, y) = (randn(4, 1, 8, 8), randint(0, 10, [4]));
        Train(1_000);

        // What earlier tests left to the finalizer goes now, not in between; the collection runs alone.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var (tensors, resident) = (Tensor.TotalCount, Resident());
        Train(10_000);
        Assert.Equal(tensors, Tensor.TotalCount);
        Assert.True(Resident() - resident < 16 << 20, $"resident memory grew from {resident} to {Resident()} bytes");

        void Train(int steps)
        {
            for (var step = 0; step < steps; step++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                nn.functional.cross_entropy(net.call(x), y).backward();
                optimizer.step();
            }
        }

        static long Resident() => long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1]) * Environment.SystemPageSize;
    }
}
