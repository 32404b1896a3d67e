using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Tests.Interop.TorchSharp;

/// <summary>Registration, state and files of modules.</summary>
[Collection(TorchCollection.Name)]
public sealed class ModuleTests
{
    [Fact]
    public void RegisterComponents_TakesRawFieldNames()
    {
        using var net = new Net(register: true);
        Assert.Equal(["_fc.weight", "_fc.bias", "<Gate>k__BackingField.weight", "<Gate>k__BackingField.bias", "_scale"], net.named_parameters().Select(p => p.name).OrderBy(Order));
        Assert.Equal(["_seen"], net.named_buffers().Select(b => b.name));

        static int Order(string name) => name[0] switch { '_' => name == "_scale" ? 2 : 0, _ => 1 };
    }

    [Fact]
    public void WithoutRegisterComponents_ThereAreNoParameters()
    {
        using var net = new Net(register: false);
        Assert.Empty(net.parameters());
    }

    [Fact]
    public void Submodules_AreRegisteredWithTheirOwnComponents()
    {
        using var outer = nn.Sequential(("first", nn.Linear(2, 2)), ("net", new Net(register: false)));
        Assert.Contains("net._fc.weight", outer.named_parameters().Select(p => p.name));
        Assert.Equal(["first", "net"], outer.named_children().Select(c => c.name));
        Assert.Equal(["first", "net", "net._fc", "net.<Gate>k__BackingField"], outer.named_modules().Select(m => m.name));
    }

    [Fact]
    public void Train_ReachesSubmodules()
    {
        using var net = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Dropout()));
        Assert.All(net.modules(), m => Assert.True(m.training));
        net.eval();
        Assert.All(net.modules(), m => Assert.False(m.training));
        net.train();
        Assert.All(net.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void StateDict_HasParametersThenPersistentBuffers()
    {
        using var net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 1, hasBias: false));
        net.register_buffer("passing", ones(1), persistent: false);
        Assert.Equal(["0.weight", "0.bias", "1.weight", "0.running_mean", "0.running_var", "0.num_batches_tracked"], net.state_dict().Keys);
    }

    [Fact]
    public void LoadStateDict_CopiesAndNamesWhatDiffers()
    {
        manual_seed(1);
        using var source = nn.Linear(3, 2);
        using var target = nn.Linear(3, 2);
        target.load_state_dict(source.state_dict());
        Assert.True(source.weight.Equals(target.weight));
        var state = source.state_dict();
        state.Remove("bias");
        state["other"] = ones(1);
        var error = Assert.Throws<InvalidOperationException>(() => target.load_state_dict(state));
        Assert.Contains("bias", error.Message, StringComparison.Ordinal);
        var (missing, unexpected) = target.load_state_dict(state, strict: false);
        Assert.Equal(["bias"], missing);
        Assert.Equal(["other"], unexpected);
    }

    [Fact]
    public void SavedModule_HasTheDocumentedBytesAndLoads()
    {
        using var net = nn.Linear(2, 1);
        using (no_grad()) net.load_state_dict(new() { ["weight"] = tensor(new float[,] { { 1, 2 } }), ["bias"] = tensor(new[] { 3f }) });
        using var file = new MemoryStream();
        net.save(file);
        byte[] expected =
        [
            2,
            6, .. "weight"u8, 6, 2, 1, 2, .. BitConverter.GetBytes(1f), .. BitConverter.GetBytes(2f),
            4, .. "bias"u8, 6, 1, 1, .. BitConverter.GetBytes(3f),
        ];
        Assert.Equal(expected, file.ToArray());
        using var other = nn.Linear(2, 1);
        file.Position = 0;
        other.load(file);
        Assert.True(net.weight.Equals(other.weight));
        file.SetLength(20);
        file.Position = 0;
        Assert.Throws<EndOfStreamException>(() => other.load(file));
    }

    [Fact]
    public void Sequential_DisposesItsIntermediatesButNotTheInput()
    {
        using var net = nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Identity(), nn.Linear(2, 2));
        using var x = ones(1, 2);
        var before = Tensor.TotalCount;
        var y = net.call(x);
        Assert.Equal(before + 1, Tensor.TotalCount);
        y.sum().backward();
        Assert.False(x.IsInvalid);
        Assert.NotNull(net.parameters().First().grad);
    }

    [Fact]
    public void ZeroGrad_NullsInModulesAndZeroesInOptimizers()
    {
        using var layer = nn.Linear(2, 1);
        using var optimizer = optim.SGD(layer.parameters(), 0.1);
        layer.call(ones(1, 2)).sum().backward();
        optimizer.zero_grad();
        Assert.Equal([0, 0], layer.weight.grad!.data<float>().ToArray());
        layer.zero_grad();
        Assert.Null(layer.weight.grad);
        Assert.Null(optimizer.step());
        Assert.Equal(2.0, optimizer.step(() => tensor(2.0)).item<double>());
    }

    [Fact]
    public void AdamW_DecaysNothingByDefault()
    {
        using var w = new Parameter(ones(3));
        using var optimizer = optim.AdamW([w]);
        w.grad = zeros(3);
        optimizer.step();
        Assert.Equal([1, 1, 1], w.data<float>().ToArray());
    }

    [Fact]
    public void Hooks_RunAroundForwardInCall()
    {
        using var layer = nn.Identity();
        var pre = layer.register_forward_pre_hook((_, x) => x * 2);
        layer.register_forward_hook((_, _, y) => y + 1);
        Assert.Equal(7, layer.call(tensor(3f)).item<float>());
        Assert.Equal(3, layer.forward(tensor(3f)).item<float>());
        pre.remove();
        Assert.Equal(4, layer.call(tensor(3f)).item<float>());
    }

    [Fact]
    public void To_ConvertsInPlaceAndKeepsTheObjects()
    {
        using var layer = nn.Linear(2, 1);
        var weight = layer.weight;
        Assert.Same(layer, layer.to(ScalarType.Float64));
        Assert.Same(weight, layer.weight);
        Assert.Equal(ScalarType.Float64, weight.dtype);
        Assert.True(weight.requires_grad && weight.is_leaf);
        layer.call(ones(1, 2, ScalarType.Float64)).sum().backward();
        Assert.Equal([1, 1], weight.grad!.data<double>().ToArray());
    }

    private sealed class Net : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _fc = nn.Linear(2, 2);
        private readonly Parameter _scale = new(ones(1));
        private readonly Tensor _seen = zeros(1);
        private readonly List<Linear> _ignored = [nn.Linear(1, 1)];

        public Net(bool register) : base(nameof(Net))
        {
            if (register) RegisterComponents();
        }

        public Linear Gate { get; } = nn.Linear(2, 2);

        public override Tensor forward(Tensor input) => (_fc.call(input) * Gate.call(input) * _scale) + _seen + _ignored.Count;
    }
}
