using Microsoft.Extensions.Logging.Console;

namespace Sheaf.Api.Hosting;

/// <summary>What a server logs, and how.</summary>
/// <param name="Format">Default: text.</param>
/// <param name="IsDetailed">Also what is of use only to find a mistake in Sheaf. Default: no.</param>
public sealed record LogOptions(LogFormat Format = LogFormat.Text, bool IsDetailed = false)
{
    internal const string FormatOption = "--log-format";
    internal const string LevelOption = "--log-level";

    internal const string Usage = """

          --log-format text|json  how the log is written to standard output: lines for a person, or a JSON object a line (default: the variable
                                 SHEAF_LOG_FORMAT, else text)
          --log-level information|debug  debug: also what is of use only to find a mistake in Sheaf (default information)
        """;

    private const string Variable = "SHEAF_LOG_FORMAT";

    /// <exception cref="FormatException">Says what is allowed.</exception>
    internal static LogOptions Of(IReadOnlyDictionary<string, string> given, Func<string, string?> variable)
    {
        var (name, format) = given.TryGetValue(FormatOption, out var option) ? (FormatOption, option) : (Variable, variable(Variable));
        return new(
            format switch
            {
                null or "" or "text" => LogFormat.Text,
                "json" => LogFormat.Json,
                _ => throw ServerOptions.Bad(name, format, "expected text or json"),
            },
            given.GetValueOrDefault(LevelOption) switch
            {
                null or "information" => false,
                "debug" => true,
                var level => throw ServerOptions.Bad(LevelOption, level, "expected information or debug"),
            });
    }

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
