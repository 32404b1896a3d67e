using Microsoft.Extensions.Logging.Console;

namespace Sheaf.Api.Hosting;

/// <summary>What a server logs, and how.</summary>
/// <param name="Format">Default: text.</param>
/// <param name="IsDetailed">Also what is of use only to find a mistake in Sheaf. Default: no.</param>
public sealed record LogOptions(LogFormat Format = LogFormat.Text, bool IsDetailed = false)
{
    /// <summary>Says the default of the format.</summary>
    internal const string Variable = "SHEAF_LOG_FORMAT";

    /// <param name="format">text or json.</param>
    /// <param name="level">information or debug.</param>
    internal static LogOptions Of(string format, string level) => new(format == "json" ? LogFormat.Json : LogFormat.Text, level == "debug");

    /// <param name="hears">What is heard of libraries, where it is not detailed.</param>
    internal void Apply(WebApplicationBuilder builder, Func<LogLevel, bool> hears)
    {
        if (Format == LogFormat.Text)
        {
            builder.Logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.fff ")).ClearProviders();
        }
        else
        {
            builder.Logging.Configure(log => log.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
            builder.Logging.AddJsonConsole(console =>
                (console.IncludeScopes, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ")).ClearProviders();
        }

        builder.Services.AddSingleton<ConsoleLoggerProvider>();

        // JSON escapes by itself what a terminal would obey.
        builder.Services.AddSingleton<ILoggerProvider>(provider => Format == LogFormat.Text
            ? new PrintableLogs(provider.GetRequiredService<ConsoleLoggerProvider>())
            : provider.GetRequiredService<ConsoleLoggerProvider>());
        if (IsDetailed)
        {
            builder.Logging.SetMinimumLevel(LogLevel.Debug);
            return;
        }

        // Orleans says itself what Polly, with which it looks for a grain's place, has retried in vain. What a probe was told stands in its answer.
        builder.Logging.AddFilter("Polly", LogLevel.None).AddFilter("Grpc", LogLevel.Warning);
        // What nobody can read is answered, and what fails of what can be is logged by the interceptor: anybody could fill a log with the rest.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.None);
        builder.Logging.AddFilter("Microsoft", hears).AddFilter("Orleans", hears);
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }
}
