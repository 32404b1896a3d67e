using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Sheaf.Tests.Interop.TorchSharp;

/// <summary>What TorchSharp's tensors promise beyond PyTorch's numbers.</summary>
[Collection(TorchCollection.Name)]
public sealed class TensorTests
{
    [Fact]
    public void Data_WritesThroughAndRefusesAnotherType()
    {
        using var t = zeros(2, 3);
        t.data<float>()[1, 2] = 5;
        t.data<float>()[0] = 7;
        Assert.Equal([7, 0, 0, 0, 0, 5], t.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => t.data<double>());
        Assert.Throws<ArgumentException>(() => t.item<float>());
    }

    [Fact]
    public void Data_ReadsViewsInLogicalOrder()
    {
        using var t = arange(6).view(2, 3);
        using var turned = t.t();
        Assert.Equal([0, 3, 1, 4, 2, 5], turned.data<long>().ToArray());
        turned.data<long>()[2, 1] = 50;
        Assert.Equal([0, 1, 2, 3, 4, 50], t.data<long>().ToArray());
    }

    [Fact]
    public void Bytes_AreTheTensorsOwnMemory()
    {
        using var t = zeros(4);
        MemoryMarshal.Cast<byte, float>(t.bytes)[2] = 3;
        Assert.Equal([0, 0, 3, 0], t.data<float>().ToArray());
        using var every = t.view(2, 2).t();
        Assert.Throws<InvalidOperationException>(() => every.bytes.Length);
    }

    [Fact]
    public void FromArrayAndFromBuffer_AliasTheArrayWhileTensorCopies()
    {
        float[] array = [1, 2, 3, 4];
        using var alias = from_array(array);
        using var buffer = frombuffer(array, ScalarType.Float32, count: 2, offset: 1);
        using var copy = tensor(array);
        array[1] = 20;
        Assert.Equal([1, 20, 3, 4], alias.data<float>().ToArray());
        Assert.Equal([20, 3], buffer.data<float>().ToArray());
        Assert.Equal([1, 2, 3, 4], copy.data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => frombuffer(array, ScalarType.Float32, count: 5));
    }

    [Fact]
    public void FromArray_PinsTheArrayUntilItsLastTensorIsGone()
    {
        var (tensor, array) = Aliased();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        Assert.True(array.IsAlive);
        using var view = tensor.narrow(0, 1, 2);
        tensor.Dispose();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        Assert.True(array.IsAlive);
        Assert.Equal([2, 3], view.data<float>().ToArray());
        view.Dispose();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        Assert.False(array.IsAlive);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static (Tensor, WeakReference) Aliased()
        {
            float[] values = [1, 2, 3, 4];
            return (from_array(values), new(values));
        }
    }

    [Fact]
    public void Literals_HaveTheOfficialTypes()
    {
        Assert.Equal(ScalarType.Int32, tensor(1).dtype);
        Assert.Equal(ScalarType.Int64, tensor(1L).dtype);
        Assert.Equal(ScalarType.Float32, tensor(1f).dtype);
        Assert.Equal(ScalarType.Float64, tensor(1.0).dtype);
        Assert.Equal(ScalarType.Bool, tensor(true).dtype);
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.25).dtype);
        Assert.Equal([2, 2], tensor(new float[,] { { 1, 2 }, { 3, 4 } }).shape);
    }

    [Fact]
    public void Equals_ComparesValuesAndTheOperatorElements()
    {
        var (a, b) = (tensor(new[] { 1f, 2f }), tensor(new[] { 1f, 3f }));
        Assert.False(a.Equals(b));
        Assert.True(a.Equals(a.clone()));
        Assert.Equal([true, false], (a == b).data<bool>().ToArray());
    }

    [Fact]
    public void Device_IsComparedByTypeAndIndex()
    {
        Assert.False(device("cpu").Equals(device("cpu")));
        Assert.Equal((DeviceType.CPU, -1), (device("cpu").type, device("cpu").index));
        Assert.Equal((DeviceType.CUDA, 1), (device("cuda:1").type, device("cuda:1").index));
        Assert.Throws<ArgumentException>(() => device("tpu9"));
        Assert.Equal(cuda.device_count() > 0, cuda.is_available());
    }

    [Fact]
    public void Grad_IsAFreshWrapperThatCanBeSet()
    {
        using var w = ones(3, requires_grad: true);
        Assert.Null(w.grad);
        w.sum().backward();
        Assert.NotSame(w.grad, w.grad);
        w.grad = full(3, 4f);
        Assert.Equal([4, 4, 4], w.grad!.data<float>().ToArray());
        w.grad = null;
        Assert.Null(w.grad);
        Assert.Throws<ExternalException>(() => w.grad = ones(4));
    }

    [Fact]
    public void Backward_AccumulatesInPlaceIntoAFlatBuffersViews()
    {
        manual_seed(1);
        var net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(2 * 16, 3));
        var x = randn(4, 1, 6, 6);
        var before = net.call(x);
        var total = net.parameters().Sum(p => p.numel());
        var (weights, gradients) = (zeros(total), zeros(total));
        using (no_grad())
        {
            var at = 0L;
            foreach (var p in net.parameters())
            {
                var view = weights.narrow(0, at, p.numel()).view(p.shape);
                view.copy_(p);
                p.set_(view);
                p.grad = gradients.narrow(0, at, p.numel()).view(p.shape);
                at += p.numel();
            }
        }

        Assert.True(before.Equals(net.call(x)));
        net.call(x).square().sum().backward();
        var once = gradients.clone();
        Assert.True(once.abs().sum().item<float>() > 0);
        net.call(x).square().sum().backward();
        Assert.True((once * 2).Equals(gradients));
        using (no_grad()) weights.zero_();
        Assert.All(net.parameters(), p => Assert.Equal(0, p.abs().sum().item<float>()));
    }

    [Fact]
    public void GradientModes_AreOfTheThread()
    {
        using var mode = no_grad();
        Assert.False(is_grad_enabled());
        var elsewhere = false;
        var thread = new Thread(() => elsewhere = is_grad_enabled());
        thread.Start();
        thread.Join();
        Assert.True(elsewhere);
        using (enable_grad()) Assert.True(is_grad_enabled());
        Assert.False(is_grad_enabled());
        using (inference_mode()) Assert.True(is_inference_mode_enabled());
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void Tf32_IsAllowedForConvolutionsOnlyUntilToldOtherwise()
    {
        Assert.Equal((false, true), (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
        backends.cuda.matmul.allow_tf32 = true;
        backends.cudnn.allow_tf32 = false;
        Assert.Equal((true, false), (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32));
        backends.cuda.matmul.allow_tf32 = false;
        backends.cudnn.allow_tf32 = true;
    }

    [Fact]
    public void Errors_AreExceptionsWithAReadableFirstLine()
    {
        var error = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(2, 3)));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message.Split('\n')[0]);
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
        Assert.Throws<ExternalException>(() => ones(2, 3).view(5));
        Assert.Throws<ExternalException>(() => ones(2) + ones(3));
        Assert.Throws<ExternalException>(() => ones(3).backward());
        Assert.Throws<ExternalException>(() => nn.functional.cross_entropy(randn(2, 3), tensor(new[] { 0, 1 })));
        Assert.Throws<ExternalException>(() => nn.functional.cross_entropy(randn(2, 3), tensor(new[] { 0L, 9L })));
        using var leaf = ones(2, requires_grad: true);
        Assert.Throws<ExternalException>(() => leaf.add_(1));
    }

    [Fact]
    public void Generator_RepeatsFromItsState()
    {
        using var generator = new Generator(3);
        using var state = generator.state;
        var first = randn(10, generator: generator);
        Assert.False(first.Equals(randn(10, generator: generator)));
        generator.state = state;
        Assert.True(first.Equals(randn(10, generator: generator)));
        generator.manual_seed(3);
        Assert.Equal(3, generator.initial_seed());
        Assert.True(first.Equals(randn(10, generator: generator)));
    }

    [Fact]
    public void ManualSeed_RepeatsTheDefaultGenerator()
    {
        manual_seed(5);
        var first = rand(4);
        using var state = get_rng_state();
        var second = rand(4);
        set_rng_state(state);
        Assert.True(second.Equals(rand(4)));
        manual_seed(5);
        Assert.True(first.Equals(rand(4)));
    }

    [Fact]
    public void Pieces_AreViewsWhateverTheirNumber()
    {
        using var t = arange(40);
        var pieces = t.split(2);
        Assert.Equal(20, pieces.Length);
        pieces[19].fill_(-1);
        Assert.Equal(-1, t.data<long>()[39]);
        Assert.True(cat(pieces).Equals(t));
        Assert.True(stack(t.unbind()).Equals(t));
        Assert.Equal([3, 1], t.view(20, 2).index(tensor(new[] { 1L, 0L }), tensor(new[] { 1L, 1L })).data<long>().ToArray());
    }

    [Fact]
    public void Indices_AreViewsUnlessTensorsNameElements()
    {
        using var scope = NewDisposeScope();
        var t = arange(24).view(2, 3, 4);
        Assert.Equal(23, t[1, 2, 3].item<long>());
        Assert.Equal([13, 17, 21], t[1, TensorIndex.Colon, 1].data<long>().ToArray());
        Assert.Equal([20, 21, 22, 23], t[^1, 2..].data<long>().ToArray());
        Assert.Equal([2, 3, 1, 2], t[TensorIndex.Ellipsis, TensorIndex.None, TensorIndex.Slice(0, 4, 2)].shape);
        Assert.Equal([1, 0, 13, 12], t[TensorIndex.Colon, 0, TensorIndex.Tensor(tensor(new[] { 1L, 0L }))].data<long>().ToArray());
        t[0] = zeros(3, 4, ScalarType.Int64);
        t[1, TensorIndex.Tensor(tensor(new[] { 0L, 2L }))] = full(1, 7, ScalarType.Int64);
        Assert.Equal([.. new long[12], 7, 7, 7, 7, 16, 17, 18, 19, 7, 7, 7, 7], t.data<long>().ToArray());
        Assert.Throws<ExternalException>(() => t[2]);
    }

    [Fact]
    public void EveryOperatorInTheTable_IsKnownToLibtorch()
    {
        var table = typeof(torch).Assembly.GetType("TorchSharp.Interop.Ops", throwOnError: true)!;
        var handle = table.Assembly.GetType("TorchSharp.Interop.Op", throwOnError: true)!.GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic)!;
        var operators = table.GetFields(BindingFlags.Static | BindingFlags.Public);
        Assert.NotEmpty(operators);
        Assert.All(operators, field => Assert.NotEqual((nint)0, handle.GetValue(field.GetValue(null))));
        var unknown = Activator.CreateInstance(handle.DeclaringType!, "no_such_operator");
        Assert.IsType<ExternalException>(Assert.Throws<TargetInvocationException>(() => handle.GetValue(unknown)).InnerException);
    }

    [Fact]
    public void To_GivesTheTensorItselfWhenNothingChanges()
    {
        using var t = ones(2);
        Assert.Same(t, t.to(CPU));
        Assert.Same(t, t.to(ScalarType.Float32));
        Assert.NotSame(t, t.to(ScalarType.Float32, copy: true));
        Assert.Equal(ScalarType.Float64, t.@double().dtype);
    }
}
