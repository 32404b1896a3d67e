namespace Sheaf.Silo.Telemetry;

/// <param name="Source">coordinator, or worker-N.</param>
/// <param name="Level">info, warning or error.</param>
internal sealed record RunLogLine(DateTimeOffset Time, string Source, string Level, string Message);
