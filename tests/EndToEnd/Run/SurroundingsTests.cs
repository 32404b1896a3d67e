using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sheaf.Client.Failures;

namespace Sheaf.Tests.EndToEnd.Run;

/// <summary>Programs in surroundings that are not as usual: they do their work, or say in a sentence why not; never a call stack, never an abort.</summary>
public sealed class SurroundingsTests : IDisposable
{
    private const string Nowhere = "http://127.0.0.1:9";

    private readonly TinyExperiment _tiny = new(epochs: 2);

    public static TheoryData<string> OfOtherPrograms =>
    [
        $"http_proxy={Nowhere} HTTP_PROXY={Nowhere} ALL_PROXY={Nowhere} https_proxy={Nowhere}",
        "ASPNETCORE_URLS=http://127.0.0.1:1 DOTNET_URLS=http://127.0.0.1:1 URLS=http://127.0.0.1:1 Kestrel__Endpoints__X__Url=http://127.0.0.1:1 "
            + "ASPNETCORE_ENVIRONMENT=Development",
        "Logging__LogLevel__Default=Trace Orleans__ClusterId=other Orleans__Clustering__ProviderType=None OTEL_SDK_DISABLED=true",
        "TMPDIR=/nonexistent TMP=/nonexistent TEMP=/nonexistent",
        "LANG=tr_TR.UTF-8 LC_ALL=tr_TR.UTF-8 TZ=Nowhere/Land TERM=nonsense COLUMNS=0",
    ];

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [MemberData(nameof(OfOtherPrograms))]
    public async Task Run_AmongVariablesOfOtherPrograms_Completes(string variables)
    {
        var (code, output, error) = await ShellAsync($"{variables} \"$@\"", "run", _tiny.Spec, "--data", _tiny.Data("d"), "--devices", "cpu:2");

        Assert.True(code == ExitCode.Ok, output + error);
        Assert.Empty(error);
    }

    [Theory]
    [InlineData("Client", "data", "describe", "SPEC")]
    [InlineData("Client", "summary", "SPEC")]
    [InlineData("Silo", "--show-options", "--name", "a")]
    [InlineData("Database", "nothing")]
    public async Task Output_WhereNumbersAreWrittenWithACommaElsewhere_IsTheSame(string program, params string[] verb)
    {
        // Without ICU a program that asks for it does not start.
        var icu = new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib" }
            .Any(folder => Directory.Exists(folder) && Directory.GetFiles(folder, "libicuuc.so*").Length > 0);
        (string, string)[] elsewhere = [("LC_ALL", "de_DE.UTF-8"), .. icu ? [("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "0")] : Array.Empty<(string, string)>()];
        var arguments = verb.Select(word => word == "SPEC" ? _tiny.Spec : word).ToArray();
        await using var usual = SheafProcess.Among([], program, arguments);
        await using var german = SheafProcess.Among(elsewhere, program, arguments);

        Assert.Equal(await usual.ExitAsync(), await german.ExitAsync());

        Assert.Equal(usual.Out.Text + usual.Error.Text, german.Out.Text + german.Error.Text);
    }

    [Theory]
    [InlineData(">/dev/full", "No space left on device")]
    [InlineData(">&-", "it is closed")]
    public async Task Run_WhoseOutputCannotBeWritten_CompletesAndSaysSo(string redirection, string reason)
    {
        var (code, _, error) = await ShellAsync($"\"$@\" {redirection}", "run", _tiny.Spec, "--data", _tiny.Data("d"), "--devices", "cpu:2");

        Assert.Equal(ExitCode.Ok, code);
        Assert.Equal($"warning: standard output cannot be written ({reason}); the training goes on; Ctrl-C pauses it", error.Trim());
    }

    [Theory]
    [InlineData("version")]
    [InlineData("--help")]
    [InlineData("spec", "validate", "SPEC")]
    [InlineData("spec", "explain", "SPEC")]
    [InlineData("cluster", "schema", "--print")]
    public async Task Verb_WhoseOutputCannotBeWritten_SaysSoWithACodeOfItsOwn(params string[] verb)
    {
        var (code, _, error) = await ShellAsync("\"$@\" >/dev/full", [.. verb.Select(word => word == "SPEC" ? _tiny.Spec : word)]);

        Assert.Equal(ExitCode.OutputLost, code);
        Assert.StartsWith("error: standard output cannot be written (No space left on device)", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verb_WhoseReaderHasLeft_EndsInSilence()
    {
        var (code, _, error) = await ShellAsync("\"$@\" | head -c 1; exit ${PIPESTATUS[0]}", "spec", "explain", _tiny.Spec);

        Assert.Equal((ExitCode.Ok, ""), (code, error));
    }

    [Theory]
    [InlineData(32)]
    [InlineData(40)]
    [InlineData(64)]
    public async Task Client_WithFewDescriptors_NeverAborts(int descriptors)
    {
        var (code, _, error) = await ShellAsync($"ulimit -n {descriptors}; \"$@\"", "version");

        Assert.NotEqual(134, code);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectOfTheUsersOwn_IsBuiltWithoutAFolderForTemporaryFilesOrAHome()
    {
        var project = _tiny.Data("my-model");
        await ShellAsync("\"$@\"", "new", project);

        var (code, _, error) = await ShellAsync(
            $"TMPDIR=/nonexistent HOME=/proc/none NUGET_PACKAGES={Environment.GetEnvironmentVariable("HOME")}/.nuget/packages \"$@\"",
            "run", Path.Combine(project, "my-model.yaml"), "--data", _tiny.Data("data"));

        Assert.True(code == ExitCode.Ok, error);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2_000_000)]
    [InlineData(4_000_000)]
    [InlineData(5_000_000)]
    public async Task Silo_WithTooLittleAddressSpace_SaysSoBeforeItEndsInTheMiddle(int kibibytes)
    {
        var (code, output, error) = await ShellAsync(
            $"ulimit -v {kibibytes}; \"$@\"", "Silo", ["--data", _tiny.Data("d"), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"]);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("libtorch cannot be loaded: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data", "")]
    [InlineData("--devices", "gpu:1")]
    [InlineData("--listen", "::1:7599")]
    [InlineData("--listen", "TAKEN")]
    [InlineData("--http", "TAKEN")]
    [InlineData("--silo-endpoint", "127.0.0.1:0")]
    [InlineData("--announce", "/no/such/folder/x")]
    [InlineData("--data", "/proc/sheaf")]
    public async Task Silo_OfWhatItCannotUse_RefusesInOneSentenceAndNothingElse(string option, string value)
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        string[] usual = ["--data", _tiny.Data("d"), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--devices", "cpu:1"];

        await using var silo = SheafProcess.Silo([.. usual, option, value == "TAKEN" ? other.LocalEndPoint!.ToString()! : value]);

        Assert.Equal(2, await silo.ExitAsync());
        Assert.Empty(silo.Out.Text);
        Assert.Single(silo.Error.Lines);
        Assert.DoesNotContain("   at ", silo.Error.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Silo")]
    [InlineData("Client")]
    public async Task MisspeltVariable_IsRefusedWithTheOneThatWasMeant(string project)
    {
        var (code, output, error) = await ShellAsync("SHEAF_CLUSTR=x \"$@\"", project, ["--data", _tiny.Data("d")]);

        Assert.Equal(2, code);
        Assert.Empty(output);
        Assert.Contains("SHEAF_CLUSTR is no variable of Sheaf; did you mean SHEAF_CLUSTER?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HUP")]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Silo_ThatIsAskedToEnd_EndsInOrder(string signal)
    {
        await using var silo = SheafProcess.Silo("--data", _tiny.Data("d"), "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--devices", "cpu:2");
        await silo.Out.WaitForAsync("Listening on");
        await silo.SignalAsync(signal);

        Assert.Equal(0, await silo.ExitAsync());
    }

    private Task<(int Code, string Output, string Error)> ShellAsync(string script, params string[] arguments) => ShellAsync(script, "Client", arguments);

    private async Task<(int Code, string Output, string Error)> ShellAsync(string script, string project, string[] arguments)
    {
        // "env" lets the script set variables in front of the program.
        var start = new ProcessStartInfo(
            "bash",
            ["-c", script.Contains('=', StringComparison.Ordinal) ? $"env {script}" : script, "bash", "dotnet", SheafProcess.Assembly(project), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var variable in (string[])["SHEAF_SERVER", "SHEAF_CLUSTER", "SHEAF_SILO"])
        {
            start.Environment.Remove(variable);
        }

        start.Environment["SHEAF_NAME"] = "./sheaf";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken),
            process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }
}
