using System.Diagnostics;
using System.Text.Json;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Api;

/// <summary>The API for those who have only curl: each curl line of docs/operations.md, as it stands there but for the address.</summary>
public sealed class RestTests : IDisposable
{
    private const string Documented = "http://127.0.0.1:7434";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CurlLinesOfTheDocumentation_DoWhatTheySay()
    {
        await using var silo = await TestSilo.Start(_folder);
        Write("mlp-1", TestFolder.Spec(epochs: 20_000));

        var answers = new List<JsonElement[]>();
        foreach (var line in Lines())
        {
            answers.Add(await CurlAsync(line.Replace(Documented, silo.Addresses.Http, StringComparison.Ordinal)));
        }

        Assert.Equal(["submit", "list", "describe", "metrics", "why", "pause", "resume", "cancel"], Lines().Select(line => line.Split("# ")[1].Split(' ')[0]));
        Assert.Equal("mlp-1", answers[0][0].GetProperty("experiment").GetProperty("id").GetString());
        Assert.Equal("mlp-1", answers[1][0].GetProperty("experiments")[0].GetProperty("id").GetString());
        Assert.Equal(TestFolder.Spec(epochs: 20_000), answers[2][0].GetProperty("specYaml").GetString());
        Assert.All(answers[3].Index(), step => Assert.Equal($"{step.Index}", step.Item.GetProperty("step").GetString()));
        Assert.StartsWith("VERDICT_", answers[4][0].GetProperty("verdict").GetString(), StringComparison.Ordinal);
        Assert.All(answers[5..], answer => Assert.Equal("mlp-1", answer[0].GetProperty("id").GetString()));
        await silo.Until("mlp-1", view => view.Run.State == Contracts.Grains.Messages.RunState.Cancelled);
    }

    [Fact]
    public async Task Mistakes_AreTheErrorsBody()
    {
        await using var silo = await TestSilo.Start(_folder);
        Write("bad", TestFolder.Spec(epochs: 1).Replace("epochs: 1", "epochs: -1\nepoch: 2", StringComparison.Ordinal));

        var refused = Assert.Single(await CurlAsync(Lines()[0].Replace(Documented, silo.Addresses.Http, StringComparison.Ordinal)));

        Assert.Equal(3, refused.GetProperty("code").GetInt32());
        var mistakes = refused.GetProperty("details")[0].GetProperty("fieldViolations").EnumerateArray().ToArray();
        Assert.Equal(["epoch", "epochs"], mistakes.Select(mistake => mistake.GetProperty("field").GetString()).Order());
        Assert.All(mistakes, mistake => Assert.StartsWith("line ", mistake.GetProperty("description").GetString(), StringComparison.Ordinal));
        var unknown = Assert.Single(await CurlAsync($"curl {silo.Addresses.Http}/v1/experiments/nobody"));
        Assert.Equal("There is no experiment 'nobody'. 'sheaf list' shows all.", unknown.GetProperty("message").GetString());
    }

    [Fact]
    public async Task WebPageOfSomebodyElse_CannotSteer()
    {
        await using var silo = await TestSilo.Start(_folder);
        await silo.Submit(_folder, "steered", TestFolder.Spec(epochs: 20_000));

        // What a form on any page may send without asking: a body that is no JSON.
        var refused = Assert.Single(await CurlAsync($"curl -H 'Content-Type: text/plain' -d '{{}}' {silo.Addresses.Http}/v1/experiments/steered/cancel"));

        Assert.Equal(3, refused.GetProperty("code").GetInt32());
        Assert.Null((await silo.Coordinator("steered").Want(Contracts.Grains.Messages.DesiredState.Cancel)).Refusal);
        await silo.Ended("steered");
    }

    private static string[] Lines()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Cluster.sln")))
        {
            root = root.Parent!;
        }

        return [.. File.ReadLines(Path.Combine(root.FullName, "docs", "operations.md")).Where(line => line.StartsWith("$ curl",
            StringComparison.Ordinal)).Select(line => line[2..])];
    }

    private void Write(string id, string spec) => File.WriteAllText(
        Path.Combine(_folder.Root, "submit.json"), JsonSerializer.Serialize(new { experimentId = id, specYaml = spec, basePath = _folder.Root }));

    /// <summary>The JSON documents of its output: a stream has one a line.</summary>
    private async Task<JsonElement[]> CurlAsync(string line)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", line.Replace("curl ", "curl -sS --noproxy '*' ", StringComparison.Ordinal)])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var curl = Process.Start(start)!;
        var (output, errors) = (curl.StandardOutput.ReadToEndAsync(TestSilo.Guard), curl.StandardError.ReadToEndAsync(TestSilo.Guard));
        await curl.WaitForExitAsync(TestSilo.Guard);
        Assert.True(curl.ExitCode == 0, $"{line}: {await errors}");
        return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(document => JsonDocument.Parse(document).RootElement)];
    }
}
