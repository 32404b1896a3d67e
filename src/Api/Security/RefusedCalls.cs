using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Sheaf.Api.Security;

/// <summary>Counts what the API refused, by why, and audit records that could not be written. Thread-safe.</summary>
internal sealed class RefusedCalls : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Sheaf.Api";

    private readonly Meter _meter;
    private readonly ConcurrentDictionary<RefusalCause, long> _refused = new(Enum.GetValues<RefusalCause>().Select(cause => KeyValuePair.Create(cause, 0L)));
    private long _lostRecords;

    public RefusedCalls(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _meter.CreateObservableCounter("sheaf.api.refused", Refused, "{call}", "Calls of the API that were refused, by why.");
        _meter.CreateObservableCounter(
            "sheaf.audit.failures", () => Volatile.Read(ref _lostRecords), "{record}", "Records that could not be written into the audit log's file.");
    }

    public void Count(RefusalCause cause) => _refused.AddOrUpdate(cause, 1, static (_, count) => count + 1);

    public void RecordLost() => Interlocked.Increment(ref _lostRecords);

    public long Of(RefusalCause cause) => _refused[cause];

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Refused() =>
        _refused.Select(count => new Measurement<long>(count.Value, new KeyValuePair<string, object?>("cause", count.Key.ToString().ToLowerInvariant())));
}
