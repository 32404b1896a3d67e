using System.Security.Cryptography;
using Sheaf.Specs;
using Sheaf.Training.UserCode;

namespace Sheaf.Tests.Unit.Training.UserCode;

/// <summary>The classes of tests/UserCode as a package on this machine.</summary>
internal sealed class SamplePackage : IDisposable
{
    private readonly string _root = Path.Combine(Path.GetTempPath(), $"sheaf-packages-{Guid.NewGuid():N}");

    public SamplePackage()
    {
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, "Sheaf.Tests.UserCode.dll"))));
        Packages = new(_root);
        Directory.CreateDirectory(Packages.FolderOf(Sha256));
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            File.Copy(file, Path.Combine(Packages.FolderOf(Sha256), Path.GetFileName(file)));
        }
    }

    /// <summary>Where the build puts them.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "user-code");

    public string Sha256 { get; }

    public Packages Packages { get; }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    /// <summary>A class of the package, such as GoodNet, with arguments of one value each.</summary>
    public UserClass Class(string name, params (string Name, string Value)[] arguments) => new()
    {
        Project = "/none/UserCode.csproj",
        Type = $"Sheaf.Tests.UserCode.{name}",
        Arguments = arguments.ToDictionary(each => each.Name, each => (IReadOnlyList<string>)[each.Value]),
        Package = Sha256,
    };

    /// <summary>An experiment on three blobs whose parts are classes; null: Sheaf's own cross entropy.</summary>
    public ExperimentSpec Spec(string model = "GoodNet", string rows = "Blobs", string? loss = null, string? metric = null, int shards = 4) => new()
    {
        Name = "own",
        Data = new() { Train = new SourceSpec.OfClass(Class(rows), new Dictionary<string, string>()), Validation = new ValidationSpec.Fraction(0.25) },
        Model = new ModelSpec.OfClass(Class(model)),
        Loss = loss is null ? new LossSpec.CrossEntropy() : new LossSpec.OfClass(Class(loss), PredictionKind.Class),
        Optimizer = new OptimizerSpec.Sgd(0.05, 0.9),
        BatchSize = 24,
        Epochs = 3,
        Shards = shards,
        Metrics = metric is null ? [new MetricSpec.Accuracy()] : [new MetricSpec.Accuracy(), new MetricSpec.OfClass(Class(metric), "own", true)],
    };

    /// <summary>On text, with tied weights and a loss of tokens.</summary>
    public ExperimentSpec Tied()
    {
        var text = Path.Combine(_root, "text");
        File.WriteAllText(text, string.Concat(Enumerable.Repeat("the quick brown fox jumps over the lazy dog. ", 20)));
        return Spec("TiedNet") with
        {
            Data = new() { Train = new SourceSpec.OfClass(Class("Letters"), new Dictionary<string, string> { ["text"] = text }) },
            Loss = new LossSpec.OfClass(Class("NextLetter"), PredictionKind.Other),
            Metrics = [],
        };
    }
}
