using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;

namespace Sheaf.Tests.Unit.Api.Security;

public sealed class AuditLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sheaf-audit-").FullName;
    private readonly FakeTimeProvider _time = new(new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RefusedCalls _refused;
    private readonly DefaultHttpContext _call = new();

    public AuditLogTests()
    {
        _refused = new(_services.GetRequiredService<IMeterFactory>());
        (_call.User, _call.Connection.RemoteIpAddress, _call.Connection.RemotePort) = (Caller.Principal("alice", Role.Submitter, "token"),
            IPAddress.Parse("10.0.0.7"), 4411);
    }

    private string File => Path.Combine(_folder, "audit.jsonl");

    public void Dispose()
    {
        _refused.Dispose();
        _services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Record_IsALineOfJson_ThatHasNoSecret()
    {
        _call.Request.Headers.Authorization = "Bearer sheaf_MARKER";

        Log().Write(_call, "sheaf.v1.Experiments/Pause", "mlp-1\n\u001b[31m", StatusCode.FailedPrecondition);

        var line = Assert.Single(System.IO.File.ReadAllLines(File));
        Assert.Equal(
            """{"time":"2026-03-04T05:06:07+00:00","who":"alice","role":"submitter","from":"10.0.0.7:4411","call":"sheaf."""
            + """v1.Experiments/Pause","object":"mlp-1\n\u001B[31m","outcome":"FailedPrecondition"}""",
            line);
    }

    [Fact]
    public void File_ThatWasMovedAway_IsMadeAnew()
    {
        var log = Log();
        log.Write(_call, "a", "", StatusCode.OK);
        System.IO.File.Move(File, File + ".1");
        log.Write(_call, "b", "", StatusCode.OK);

        Assert.Equal("b", JsonDocument.Parse(Assert.Single(System.IO.File.ReadAllLines(File))).RootElement.GetProperty("call").GetString());
    }

    [Fact]
    public void Strangers_DoNotFillTheDisk()
    {
        var log = Log(mostRefused: 3);
        for (var i = 0; i < 10; i++)
        {
            log.Refused(_call, "a", StatusCode.Unauthenticated);
        }

        Assert.Equal(3, System.IO.File.ReadAllLines(File).Length);
        _time.Advance(TimeSpan.FromSeconds(1));
        log.Refused(_call, "a", StatusCode.Unauthenticated);
        Assert.Contains("\"7 more refused calls\"", System.IO.File.ReadAllLines(File)[3], StringComparison.Ordinal);
        Assert.Equal(5, System.IO.File.ReadAllLines(File).Length);
    }

    [Fact]
    public void File_ThatCannotBeWritten_HoldsUpNoCall_AndIsCounted()
    {
        Directory.CreateDirectory(File);

        Log().Write(_call, "a", "", StatusCode.OK);

        var lost = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, heard) => heard.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => lost = instrument.Name == "sheaf.audit.failures" ? Math.Max(lost, value)
            : lost);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(1, lost);
    }

    private AuditLog Log(int mostRefused = 20) => new(new() { AuditLog = File, MaxRefusedRecords = mostRefused }, _refused, _time,
        NullLogger<AuditLog>.Instance);
}
