using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Grpc.Core;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>
/// Writes who changed what: a JSON line into a file, and the same into the log. The file is opened for each line, so that whoever rotates it only moves it
/// away. Thread-safe.
/// </summary>
internal sealed class AuditLog(SecurityOptions options, RefusedCalls refused, TimeProvider time, ILogger<AuditLog> log)
{
    /// <summary>An id is at most 63 characters; a longer one was made up.</summary>
    private const int LongestObject = 128;

    // Letters of all languages as they are; what acts on a terminal stays escaped.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.Create(
        System.Text.Unicode.UnicodeRanges.All)
    };

    private readonly Lock _gate = new();
    private long _second;
    private int _inSecond;
    private int _leftOut;

    public void Write(HttpContext context, string call, string subject, StatusCode outcome) => Write(Record(context, call, subject, outcome));

    /// <summary>What was refused before its request was read.</summary>
    public void Refused(HttpContext context, string call, StatusCode outcome)
    {
        var subject = context.Request.RouteValues.TryGetValue("experiment_id", out var id) ? id as string ?? "" : "";
        int leftOut;
        lock (_gate)
        {
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            (_second, _inSecond) = second == _second ? (_second, _inSecond + 1) : (second, 1);
            if (_inSecond > options.MaxRefusedRecords)
            {
                _leftOut++;
                return;
            }

            (leftOut, _leftOut) = (_leftOut, 0);
        }

        if (leftOut > 0)
        {
            Write(new(time.GetUtcNow(), "", "", "", $"{leftOut} more refused calls", "", "LeftOut"));
        }

        Write(Record(context, call, subject, outcome));
    }

    private AuditRecord Record(HttpContext context, string call, string subject, StatusCode outcome) => new(
        time.GetUtcNow(),
        Caller.Name(context.User),
        Caller.RoleOf(context.User) is { } role ? RoleNames.Of(role) : "",
        context.Connection.RemoteIpAddress is { } address ? new System.Net.IPEndPoint(address, context.Connection.RemotePort).ToString() : "",
        call,
        subject.Length <= LongestObject ? subject : subject[..LongestObject],
        outcome.ToString());

    private void Write(AuditRecord record)
    {
        log.LogInformation(
            "audit: {Who} ({Role}) from {From}: {Call} {Object}: {Outcome}", record.Who, record.Role, record.From, record.Call, record.Object, record.Outcome);
        if (options.AuditLog is not { } path)
        {
            return;
        }

        var line = JsonSerializer.SerializeToUtf8Bytes(record, Json);
        try
        {
            lock (_gate)
            {
                var how = new FileStreamOptions
                {
                    Mode = FileMode.Append,
                    Access = FileAccess.Write,
                    Share = FileShare.ReadWrite | FileShare.Delete,
                    BufferSize = 0,
                };
                if (!OperatingSystem.IsWindows())
                {
                    how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using var file = new FileStream(path, how);
                file.Write([.. line, .. "\n"u8]);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            refused.RecordLost();
            log.LogError(e, "The audit log {Path} cannot be written; its record is in the line before: {Record}", path, Encoding.UTF8.GetString(line));
        }
    }
}
