namespace Sheaf.Bench.Subjects;

/// <summary>
/// A whole <c>sheaf run</c>: the CLI, a silo of its own, grains, ledger, evaluation and checkpoints; its last JSON line has the speed of the training steps
/// alone, the first ones, before the JIT is warm, included. Every run has the same data directory, which <see cref="Dispose"/> deletes.
/// </summary>
internal sealed class RunSubject(string root) : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("sheaf-bench-").FullName;

    public IReadOnlyList<string> Command(string spec, int batch, int shards, int workers, int epochs) =>
    [
        "dotnet", Client(), "run", Path.Combine(root, "examples", spec + ".yaml"), "--output", "json", "--data", _data, "--workers", $"{workers}",
        "--set", $"shards={shards}", "--set", $"batch_size={batch}", "--set", $"epochs={epochs}",
    ];

    public void Dispose() => Directory.Delete(_data, recursive: true);

    private static string Client()
    {
        // Beside this program in the build's output: bin/Bench/release and bin/Client/release.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Environment.GetEnvironmentVariable("SHEAF_CLIENT") ?? Path.Combine(
            configuration.Parent!.Parent!.FullName, "Client", configuration.Name, "Sheaf.Client.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"'{path}' is not built; run ./sheaf build first.");
    }
}
