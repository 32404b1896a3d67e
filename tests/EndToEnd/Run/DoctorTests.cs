using System.Text.Json;
using Sheaf.Client.Failures;

namespace Sheaf.Tests.EndToEnd.Run;

public sealed class DoctorTests : IDisposable
{
    private readonly TinyExperiment _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public async Task Doctor_LooksAtThisMachineAndAtAServerThatIsAway()
    {
        await using var doctor = SheafProcess.Client("doctor", "--data", _tiny.Data("data"), "--server", "http://127.0.0.1:9", "--output", "json");

        // The machine can run a silo, as these tests do; the server is not there.
        Assert.Equal(ExitCode.RunFailed, await doctor.ExitAsync());
        var findings = doctor.Out.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToDictionary(
            line => line.GetProperty("subject").GetString()!, line => line.GetProperty("level").GetString());
        Assert.Equal(("ok", "ok", "ok", "wrong"), (findings["system"], findings["libtorch"], findings["data folder"], findings["server"]));
        Assert.False(Directory.Exists(_tiny.Data("data")));
    }

    [Fact]
    public async Task Doctor_SaysWhyLibTorchDoesNotLoad()
    {
        await using var doctor = SheafProcess.Among([("SHEAF_SILO", "/bin/false")], "Client", "doctor", "--data", _tiny.Data("data"));
        Assert.Equal(ExitCode.RunFailed, await doctor.ExitAsync());
        Assert.Contains(doctor.Out.Lines, line => line.StartsWith("wrong   libtorch:", StringComparison.Ordinal));
    }
}
