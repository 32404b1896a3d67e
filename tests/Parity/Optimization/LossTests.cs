using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Losses;
using Sheaf.Training.Randomness;
using static TorchSharp.torch;

namespace Sheaf.Tests.Parity.Optimization;

/// <summary>Value and gradient of each loss of the spec beside torch.nn.functional's, on random outputs.</summary>
public sealed class LossTests
{
    private const int Samples = 24;
    private const int Width = 5;

    /// <summary>
    /// As it stands in a spec; the same in PyTorch, of outputs x [samples, width], classes c [samples], values t, shares u of 0 to 1, signs s of -1 and 1,
    /// counts k and distributions d, each [samples, width]; what the outputs are made by first, in both; and which targets Sheaf's loss gets.
    /// </summary>
    private static readonly (string Spec, string PyTorch, string Last, char Targets)[] Cases =
    [
        ("cross_entropy", "cross_entropy(x, c)", "", 'c'),
        ("{ cross_entropy: { label_smoothing: 0.2 } }", "cross_entropy(x, c, label_smoothing=0.2)", "", 'c'),
        ("{ cross_entropy: { class_weights: [1, 0.5, 3, 2, 0.25] } }", "cross_entropy(x, c, torch.tensor([1, 0.5, 3, 2, 0.25]))", "", 'c'),
        (
            "{ cross_entropy: { label_smoothing: 0.1, class_weights: [1, 0.5, 3, 2, 0.25] } }",
            "cross_entropy(x, c, torch.tensor([1, 0.5, 3, 2, 0.25]), label_smoothing=0.1)", "", 'c'),
        ("nll", "nll_loss(x, c)", "log_softmax", 'c'),
        ("{ nll: { class_weights: [1, 0.5, 3, 2, 0.25] } }", "nll_loss(x, c, torch.tensor([1, 0.5, 3, 2, 0.25]))", "log_softmax", 'c'),
        ("{ nll: { label_smoothing: 0.2 } }", "cross_entropy(x, c, label_smoothing=0.2)", "log_softmax", 'c'),
        (
            "{ nll: { label_smoothing: 0.2, class_weights: [1, 0.5, 3, 2, 0.25] } }",
            "cross_entropy(x, c, torch.tensor([1, 0.5, 3, 2, 0.25]), label_smoothing=0.2)", "log_softmax", 'c'),
        ("multi_margin", "multi_margin_loss(x, c)", "", 'c'),
        ("{ multi_margin: { margin: 0.5, power: 2 } }", "multi_margin_loss(x, c, p=2, margin=0.5)", "", 'c'),
        ("binary_cross_entropy", "binary_cross_entropy(x, u)", "sigmoid", 'u'),
        ("binary_cross_entropy_with_logits", "binary_cross_entropy_with_logits(x, u)", "", 'u'),
        (
            "{ binary_cross_entropy_with_logits: { positive_weight: 3 } }",
            "binary_cross_entropy_with_logits(x, u, pos_weight=torch.tensor(3.0))", "", 'u'),
        ("hinge", "relu(1 - x * s).mean()", "", 's'),
        ("{ hinge: { margin: 0.4 } }", "relu(0.4 - x * s).mean()", "", 's'),
        ("mean_squared_error", "mse_loss(x, t)", "", 't'),
        ("mean_absolute_error", "l1_loss(x, t)", "", 't'),
        ("huber", "huber_loss(x, t)", "", 't'),
        ("{ huber: { delta: 0.3 } }", "huber_loss(x, t, delta=0.3)", "", 't'),
        ("smooth_l1", "smooth_l1_loss(x, t)", "", 't'),
        ("{ smooth_l1: { beta: 0.3 } }", "smooth_l1_loss(x, t, beta=0.3)", "", 't'),
        ("poisson_nll", "poisson_nll_loss(x, k)", "", 'k'),
        ("{ poisson_nll: { full: true } }", "poisson_nll_loss(x, k, full=True)", "", 'k'),
        ("{ poisson_nll: { log_input: false, epsilon: 0.01 } }", "poisson_nll_loss(x, k, log_input=False, eps=0.01)", "sigmoid", 'k'),
        (
            "{ poisson_nll: { log_input: false, full: true, epsilon: 0.01 } }", "poisson_nll_loss(x, k, log_input=False, full=True, eps=0.01)", "sigmoid", 'k'),
        ("gaussian_nll", "gaussian_nll_loss(x[:, :5], t, x[:, 5:].exp())", "twice", 't'),
        ("{ gaussian_nll: { full: true, epsilon: 0.5 } }", "gaussian_nll_loss(x[:, :5], t, x[:, 5:].exp(), full=True, eps=0.5)", "twice", 't'),
        ("kl_div", "kl_div(x, d, reduction='batchmean')", "log_softmax", 'd'),
        ("cosine_embedding", "cosine_embedding_loss(x, t, torch.ones(len(x)))", "", 't'),
    ];

    [Fact]
    public void Table_CoversEveryLossAndOptionOfTheSpec() => KnownToTheSpec.AssertAllIn("loss", Cases.Select(c => c.Spec));

    [Fact]
    public async Task ValueAndGradient_ArePyTorchs()
    {
        var (outputs, values) = (Values(1), Values(2));
        var classes = Values(3).Take(Samples).Select(value => (long)((value + 3) / 6 * Width)).ToArray();
        var theirs = await Python.RunAsync(
            "Optimization/losses.py",
            new { outputs, values, classes, width = Width, losses = Cases.Select(c => new { expression = c.PyTorch, last = c.Last }) });
        foreach (var (of, (text, _, last, targets)) in theirs.EnumerateArray().Zip(Cases))
        {
            using var scope = NewDisposeScope();
            var leaf = tensor(outputs).reshape(Samples, Width).requires_grad_();
            var output = Last(last, leaf);
            var loss = Loss.Of(Parsed(text), (int)output.size(1));
            var mean = loss.Sum(output, Targets(targets, values, classes)) / (loss.WantsClasses ? loss.WeightOf(classes) : Samples * loss.SampleWeight);
            mean.backward();
            var (value, slack) = (of.GetProperty("value").GetSingle(), 3e-6f);
            Assert.True(Math.Abs(value - mean.item<float>()) <= slack * Math.Max(1, Math.Abs(value)), $"{text}: {mean.item<float>()}, PyTorch has {value}");
            var gradient = MemoryMarshal.Cast<byte, float>(leaf.grad!.bytes).ToArray();
            Assert.Contains(gradient, each => each != 0);
            Assert.All(
                of.GetProperty("gradient").EnumerateArray().Zip(gradient),
                pair => Assert.True(Math.Abs(pair.First.GetSingle() - pair.Second) <= 3e-7f * Math.Max(1, Math.Abs(pair.Second)),
                    $"{text}: {pair.Second}, PyTorch has {pair.First}"));
        }
    }

    private static LossSpec Parsed(string text)
    {
        var last = text.Contains("nll", StringComparison.Ordinal) || text.Contains("kl_div", StringComparison.Ordinal) ? "log_softmax" : "sigmoid";
        // The rules that need a model and targets of a kind are not this test's.
        var result = SpecParser.Parse(
            $$"""
            name: parity
            data:
              train: { format: idx, images: images, labels: labels }
            model: { layers: [ flatten, { linear: 5 }, {{last}} ] }
            loss: {{text}}
            optimizer: adam
            batch_size: 8
            """,
            "/data");
        return result.Spec?.Loss ?? throw new InvalidOperationException(string.Join("\n", result.Violations));
    }

    private static Tensor Last(string name, Tensor outputs) => name switch
    {
        "log_softmax" => nn.functional.log_softmax(outputs, 1),
        "sigmoid" => outputs.sigmoid(),
        "twice" => cat([outputs, outputs.mul(-0.5)], 1),
        _ => outputs,
    };

    private static Tensor Targets(char kind, float[] values, long[] classes)
    {
        var t = tensor(values).reshape(Samples, Width);
        return kind switch
        {
            'c' => tensor(classes),
            'u' => t.sigmoid(),
            's' => t.sign(),
            'k' => t.add(3).floor(),
            'd' => t.softmax(1),
            _ => t,
        };
    }

    /// <summary>From -3 to 3.</summary>
    private static float[] Values(int stream)
    {
        var values = new float[Samples * Width];
        new KeyedRandom(1, RandomPurpose.Shuffle, 0, 0, stream).Fill(values);
        return [.. values.Select(value => (6 * value) - 3)];
    }
}
