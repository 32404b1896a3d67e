using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
using Layer = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;
using Schedule = TorchSharp.torch.optim.lr_scheduler;

namespace Sheaf.Tests.Interop.TorchSharp;

/// <summary>The same seeds and the same calls give PyTorch's results to the last bit.</summary>
[Collection(TorchCollection.Name)]
public sealed class PyTorchTests : IDisposable
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Inits = new()
    {
        ["kaiming_uniform"] = t => nn.init.kaiming_uniform_(t),
        ["kaiming_normal"] = t => nn.init.kaiming_normal_(t, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU),
        ["xavier_uniform"] = t => nn.init.xavier_uniform_(t, gain: 1.5),
        ["xavier_normal"] = t => nn.init.xavier_normal_(t),
        ["normal"] = t => nn.init.normal_(t, 0.5, 2),
        ["uniform"] = t => nn.init.uniform_(t, -1, 3),
        ["trunc_normal"] = t => nn.init.trunc_normal_(t, 0.1, 0.7),
    };

    private static readonly long[] Image = [4, 6, 9, 9];
    private static readonly long[] Rows = [8, 12];

    private static readonly Dictionary<string, (long[] Shape, Func<Layer> Make)> Layers = new()
    {
        ["Linear"] = (Rows, () => nn.Linear(12, 5)),
        ["Conv2d"] = (Image, () => nn.Conv2d(6, 8, 3, stride: 2, padding: 1, groups: 2)),
        ["Conv2d.same"] = (Image, () => nn.Conv2d(6, 4, 3, Padding.Same, bias: false)),
        ["Conv2d.reflect"] = (Image, () => nn.Conv2d(6, 4, 3, padding: 2, padding_mode: PaddingModes.Reflect)),
        ["MaxPool2d"] = (Image, () => nn.MaxPool2d(3, stride: 2, padding: 1)),
        ["AvgPool2d"] = (Image, () => nn.AvgPool2d(2)),
        ["AdaptiveAvgPool2d"] = (Image, () => nn.AdaptiveAvgPool2d(4)),
        ["ReLU"] = (Rows, () => nn.ReLU()),
        ["Tanh"] = (Rows, () => nn.Tanh()),
        ["Sigmoid"] = (Rows, () => nn.Sigmoid()),
        ["GELU"] = (Rows, () => nn.GELU()),
        ["SiLU"] = (Rows, () => nn.SiLU()),
        ["ELU"] = (Rows, () => nn.ELU(0.7)),
        ["LeakyReLU"] = (Rows, () => nn.LeakyReLU(0.2)),
        ["Softplus"] = (Rows, () => nn.Softplus()),
        ["Softmax"] = (Rows, () => nn.Softmax(1)),
        ["LogSoftmax"] = (Rows, () => nn.LogSoftmax(1)),
        ["Dropout"] = (Rows, () => nn.Dropout(0.4)),
        ["Dropout2d"] = (Image, () => nn.Dropout2d(0.4)),
        ["Flatten"] = (Image, () => nn.Flatten()),
        ["Identity"] = (Rows, () => nn.Identity()),
        ["BatchNorm1d"] = (Rows, () => nn.BatchNorm1d(12)),
        ["BatchNorm2d"] = (Image, () => nn.BatchNorm2d(6, momentum: 0.3)),
        ["LayerNorm"] = (Rows, () => nn.LayerNorm(12)),
        ["GroupNorm"] = (Image, () => nn.GroupNorm(3, 6)),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor, Tensor>> Losses = new()
    {
        ["cross_entropy"] = (x, c, t) => F.cross_entropy(x, c),
        ["cross_entropy.sum"] = (x, c, t) => F.cross_entropy(x, c, reduction: nn.Reduction.Sum, ignore_index: 1),
        ["cross_entropy.smooth"] = (x, c, t) => F.cross_entropy(x, c, label_smoothing: 0.1),
        ["nll_loss"] = (x, c, t) => F.nll_loss(F.log_softmax(x, 1), c),
        ["mse_loss"] = (x, c, t) => F.mse_loss(x, t),
        ["l1_loss"] = (x, c, t) => F.l1_loss(x, t),
        ["huber_loss"] = (x, c, t) => F.huber_loss(x, t, delta: 0.5),
        ["smooth_l1_loss"] = (x, c, t) => F.smooth_l1_loss(x, t, beta: 0.5),
        ["binary_cross_entropy"] = (x, c, t) => F.binary_cross_entropy(x.sigmoid(), t),
        ["binary_cross_entropy_with_logits"] = (x, c, t) => F.binary_cross_entropy_with_logits(x, t, reduction: nn.Reduction.Sum),
        ["kl_div"] = (x, c, t) => F.kl_div(F.log_softmax(x, 1), F.log_softmax(t, 1), reduction: nn.Reduction.Sum),
    };

    private static readonly Dictionary<string, Func<Sequential>> Models = new()
    {
        ["lenet"] = () => nn.Sequential(nn.Conv2d(1, 6, 5, padding: 2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
        ["mlp"] = () => nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)),
    };

    private static readonly Dictionary<string, Func<IEnumerable<Parameter>, optim.Optimizer>> Optimizers = new()
    {
        ["SGD"] = p => optim.SGD(p, 0.05),
        ["SGD.momentum"] = p => optim.SGD(p, 0.05, momentum: 0.9, weight_decay: 1e-3),
        ["SGD.nesterov"] = p => optim.SGD(p, 0.02, momentum: 0.8, nesterov: true),
        ["SGD.dampening"] = p => optim.SGD(p, 0.02, momentum: 0.8, dampening: 0.3),
        ["Adam"] = p => optim.Adam(p, 1e-3),
        ["Adam.decay"] = p => optim.Adam(p, 2e-3, beta1: 0.8, beta2: 0.95, weight_decay: 1e-2, amsgrad: true),
        ["AdamW"] = p => optim.AdamW(p, 1e-3, weight_decay: 0.05),
        ["RMSProp"] = p => optim.RMSProp(p, 1e-3),
        ["RMSProp.centered"] = p => optim.RMSProp(p, 1e-3, momentum: 0.5, centered: true, weight_decay: 1e-3),
        ["Adagrad"] = p => optim.Adagrad(p, 1e-2, lr_decay: 0.1, weight_decay: 1e-3, initial_accumulator_value: 0.2),
    };

    private static readonly Dictionary<string, Func<optim.Optimizer, Schedule.LRScheduler>> Schedules = new()
    {
        ["StepLR"] = o => Schedule.StepLR(o, 4, 0.5),
        ["MultiStepLR"] = o => Schedule.MultiStepLR(o, [3, 9, 10], 0.3),
        ["ExponentialLR"] = o => Schedule.ExponentialLR(o, 0.9),
        ["PolynomialLR"] = o => Schedule.PolynomialLR(o, 12, 2.0),
        ["CosineAnnealingLR"] = o => Schedule.CosineAnnealingLR(o, 7, 0.01),
        ["LinearLR"] = o => Schedule.LinearLR(o, 0.25, 1.0, 8),
        ["ConstantLR"] = o => Schedule.ConstantLR(o, 0.5, 6),
        ["LambdaLR"] = o => Schedule.LambdaLR(o, e => 1.0 / (1 + e)),
        ["MultiplicativeLR"] = o => Schedule.MultiplicativeLR(o, e => 0.95),
        ["OneCycleLR"] = o => Schedule.OneCycleLR(o, 0.5, total_steps: 30),
        ["OneCycleLR.linear"] = o => Schedule.OneCycleLR(o, 0.5, epochs: 5, steps_per_epoch: 6, anneal_strategy: Schedule.impl.OneCycleLR.AnnealStrategy.Linear, three_phase: true),
    };

    private readonly Golden _golden;
    private readonly DisposeScope _scope = NewDisposeScope();

    public PyTorchTests(Golden golden)
    {
        _golden = golden;
        set_num_threads(1);
    }

    public static TheoryData<string> InitNames => [.. Inits.Keys];

    public static TheoryData<string> LayerNames => [.. Layers.Keys];

    public static TheoryData<string> LossNames => [.. Losses.Keys];

    public static TheoryData<string> ModelNames => [.. Models.Keys];

    public static TheoryData<string> ScheduleNames => [.. Schedules.Keys];

    public static MatrixTheoryData<string, string> Trainings => new(Models.Keys, Optimizers.Keys);

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void RandomNumbers_EqualPyTorchs()
    {
        manual_seed(7);
        _golden.Same("rand", rand(100));
        _golden.Same("randn", randn(1000));
        _golden.Same("randint", randint(3, 17, [50]));
        _golden.Same("randperm", randperm(50));
        _golden.Same("bernoulli", empty(100).bernoulli_(0.3));
        _golden.Same("generator", rand(20, generator: new Generator(11)));
        _golden.Same("tensor_random", empty(20).normal_(1, 2), empty(20).uniform_(-3, 4), empty(20).exponential_(0.5));
    }

    [Theory]
    [MemberData(nameof(InitNames))]
    public void Initialisers_EqualPyTorchs(string name)
    {
        manual_seed(5);
        _golden.Same("init." + name, Inits[name](empty(6, 4, 3, 3)));
    }

    [Theory]
    [MemberData(nameof(LayerNames))]
    public void Layers_EqualPyTorchs(string name)
    {
        var (shape, make) = Layers[name];
        manual_seed(3);
        var layer = make();
        var x = randn(shape, requires_grad: true);
        var y = layer.call(x);
        (y * randn(y.shape)).sum().backward();
        _golden.Same("layer." + name, [y, x.grad, .. layer.parameters().Select(p => p.grad), .. layer.buffers()]);
        layer.eval();
        _golden.Same("layer.eval." + name, layer.call(x));
    }

    [Fact]
    public void Embedding_EqualsPyTorchs()
    {
        manual_seed(3);
        var embedding = nn.Embedding(10, 4, padding_idx: 2);
        var y = embedding.call(tensor(new long[,] { { 1, 2 }, { 7, 1 } }));
        y.square().sum().backward();
        _golden.Same("layer.Embedding", y, embedding.weight.grad);
    }

    [Theory]
    [MemberData(nameof(LossNames))]
    public void Losses_EqualPyTorchs(string name)
    {
        manual_seed(9);
        var (x, c, t) = (randn(16, 5, requires_grad: true), randint(0, 5, [16]), rand(16, 5));
        var loss = Losses[name](x, c, t);
        loss.backward();
        _golden.Same("loss." + name, loss, x.grad);
    }

    [Theory]
    [MemberData(nameof(ModelNames))]
    public void InitialWeightsAndFirstGradients_EqualPyTorchs(string model)
    {
        manual_seed(1);
        var net = Models[model]();
        _golden.SameHashed("weights." + model, [], net.parameters());
        var (x, y) = (randn(32, 1, 28, 28), randint(0, 10, [32]));
        F.cross_entropy(net.call(x), y).backward();
        _golden.SameHashed("gradients." + model, [], net.parameters().Select(p => p.grad));
    }

    [Theory]
    [MemberData(nameof(Trainings))]
    public void TrainingSteps_EqualPyTorchs(string model, string optimizer)
    {
        manual_seed(1);
        var net = Models[model]();
        using var steps = Optimizers[optimizer](net.parameters());
        var losses = new List<Tensor>();
        for (var step = 0; step < (model == "lenet" || optimizer == "SGD.momentum" ? 20 : 5); step++)
        {
            var (x, y) = (randn(32, 1, 28, 28), randint(0, 10, [32]));
            steps.zero_grad();
            var loss = F.cross_entropy(net.call(x), y);
            loss.backward();
            steps.step();
            losses.Add(loss);
        }

        _golden.SameHashed($"train.{model}.{optimizer}", [.. losses], net.parameters());
    }

    [Theory]
    [MemberData(nameof(ScheduleNames))]
    public void Schedules_EqualPyTorchs(string name)
    {
        using var optimizer = optim.SGD([new Parameter(zeros(1))], 0.1, momentum: 0.9);
        var scheduler = Schedules[name](optimizer);
        var rates = new List<double>();
        for (var i = 0; i < 25; i++)
        {
            scheduler.step();
            rates.AddRange(optimizer.ParamGroups.Single().LearningRate, optimizer.Momentum);
        }

        Assert.Equal(optimizer.ParamGroups.Single().LearningRate, scheduler.get_last_lr().Single());
        _golden.Same("schedule." + name, [.. rates]);
    }

    [Fact]
    public void ReduceLROnPlateau_EqualsPyTorchs()
    {
        using var optimizer = optim.SGD([new Parameter(zeros(1))], 0.1);
        var scheduler = Schedule.ReduceLROnPlateau(optimizer, factor: 0.5, patience: 2, cooldown: 1, min_lr: [0.01]);
        var rates = new List<double>();
        for (var i = 0; i < 30; i++)
        {
            scheduler.step(1.0 / (1 + Math.Min(i, 5)));
            rates.Add(optimizer.ParamGroups.Single().LearningRate);
        }

        _golden.Same("schedule.ReduceLROnPlateau", [.. rates]);
    }

    [Fact]
    public void ClippedGradients_EqualPyTorchs()
    {
        manual_seed(4);
        var net = nn.Linear(20, 30);
        net.call(randn(10, 20)).square().sum().backward();
        var norm = nn.utils.clip_grad_norm_(net.parameters(), 1.5);
        _golden.Same("clip", [tensor((float)norm), .. net.parameters().Select(p => p.grad)]);
    }
}
