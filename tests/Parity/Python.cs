using System.Diagnostics;
using System.Text.Json;

namespace Sheaf.Tests.Parity;

/// <summary>
/// The scripts beside the tests, run by Debian's Python with Debian's packages: python3-torch, python3-numpy, python3-sklearn, python3-grpcio,
/// python3-protobuf.
/// </summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    /// <summary>Writes the input to the script's standard input as one JSON document, and reads its output as another.</summary>
    /// <param name="script">Its path from the folder of the tests.</param>
    public static async Task<JsonElement> RunAsync(string script, object input)
    {
        Assert.True(File.Exists(Program),
            "This test needs Python: apt-get install python3-torch python3-numpy python3-sklearn python3-grpcio python3-protobuf");
        var start = new ProcessStartInfo(Program, [Path.Combine(AppContext.BaseDirectory, script)])
        {
            UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var guard = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        guard.CancelAfter(TimeSpan.FromMinutes(2));
        using var process = Process.Start(start)!;
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(guard.Token), process.StandardError.ReadToEndAsync(guard.Token));
            await process.StandardInput.WriteAsync(JsonSerializer.Serialize(input));
            process.StandardInput.Close();
            await process.WaitForExitAsync(guard.Token);
            Assert.True(process.ExitCode == 0, $"{script} ended with {process.ExitCode}:\n{await errors}");
            return JsonDocument.Parse(await output).RootElement;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
