using System.Diagnostics;
using System.Reflection;

namespace Sheaf.Tests.Architecture;

/// <summary>What the build that made these tests was told, and where it put things.</summary>
internal static class BuildOutput
{
    /// <summary>Where this build's libtorch came from: cpu, cuda or none.</summary>
    public static string Torch { get; } = Told("Torch");

    public static string TorchSharpPackage { get; } = Path.Combine(Told("NuGetPackageRoot"), "torchsharp", Told("TorchSharpVersion"));

    /// <summary>The root of the repository.</summary>
    public static string Root { get; } = SourceFile.RootAbove(AppContext.BaseDirectory);

    /// <summary>The folder of a project's output, made by the same build.</summary>
    public static string Of(string project)
    {
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(own.Parent!.Parent!.FullName, project, own.Name);
    }

    /// <summary>What a program prints; it must succeed.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (code, output) = await TryAsync(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }

    public static async Task<(int Code, string Output)> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true,
            UseShellExecute = false
        };
        // A build of its own, not a part of the one that started these tests.
        foreach (var variable in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
        {
            start.Environment.Remove(variable);
        }

        using var process = Process.Start(start)!;
        var (output, errors) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    private static string Told(string key) =>
        typeof(BuildOutput).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
