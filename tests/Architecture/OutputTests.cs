namespace Sheaf.Tests.Architecture;

/// <summary>What lies in a project's output is what whoever takes that project has to carry.</summary>
public sealed class OutputTests
{
    [Theory]
    [InlineData("Client", "Orleans", "Microsoft.Orleans", "Npgsql", "TorchSharp", "libtorch", "Sheaf.Contracts.Grains", "Sheaf.Records")]
    [InlineData("Training", "Orleans", "Microsoft.Orleans", "Npgsql", "Grpc", "Google", "Sheaf.Contracts")]
    [InlineData("Transport", "Orleans", "Microsoft.Orleans", "Npgsql", "Grpc", "Google", "Sheaf.Contracts")]
    [InlineData("Database", "Orleans", "Microsoft.Orleans", "Grpc", "TorchSharp", "libtorch", "Sheaf.Contracts")]
    [InlineData("Api", "TorchSharp", "libtorch", "libLibTorchSharp", "Sheaf.Training", "Sheaf.Silo")]
    [InlineData("Gateway", "TorchSharp", "libtorch", "libLibTorchSharp", "libc10", "Sheaf.Training", "Sheaf.Transport", "Sheaf.Silo")]
    [InlineData("Specs", "Orleans", "Microsoft.Orleans", "Npgsql", "Grpc", "Google", "TorchSharp", "Sheaf.Contracts")]
    public void Output_EnsureHoldsNoneOf(string project, params string[] unwanted)
    {
        var files = Directory.EnumerateFiles(BuildOutput.Of(project), "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)!).ToList();

        Assert.Contains(project == "Gateway" ? "sheaf-gateway.dll" : $"Sheaf.{project}.dll", files);
        Assert.DoesNotContain(files, file => unwanted.Any(name => file.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>The same names are found where they do belong: they are spelt as the files are.</summary>
    [Theory]
    [InlineData("Orleans.")]
    [InlineData("Npgsql")]
    [InlineData("Grpc")]
    [InlineData("Google")]
    [InlineData("TorchSharp")]
    [InlineData("Sheaf.Contracts.Grains")]
    [InlineData("Sheaf.Records")]
    public void OutputOfTheSilo_HoldsThem(string name) =>
        Assert.Contains(Directory.EnumerateFiles(BuildOutput.Of("Silo")), path => Path.GetFileName(path).StartsWith(name, StringComparison.OrdinalIgnoreCase));
}
