using Microsoft.Extensions.Logging.Console;
using Sheaf.Surroundings.Options;
using Level = Microsoft.Extensions.Logging.LogLevel;

namespace Sheaf.Api.Hosting;

/// <summary>What a server logs, and how.</summary>
public sealed record LogOptions
{
    /// <summary>Says the default of the format.</summary>
    internal const string Variable = "SHEAF_LOG_FORMAT";

    /// <summary>
    /// As JSON each line has Timestamp, LogLevel, Category, Message, State (the message's parts by name), and Scopes with Experiment, Worker, Generation and
    /// TraceId where they are known.
    /// </summary>
    [Option("How the log is written to standard output: lines for a person (text), or a JSON object a line (json)", Kind = OptionKind.LogFormat,
        Default = "the variable SHEAF_LOG_FORMAT, else text")]
    public string LogFormat { get; init; } = "text";

    [Option("How much is logged; debug: also what is of use only to find a mistake in Sheaf", Kind = OptionKind.LogLevel)]
    public string LogLevel { get; init; } = "information";

    internal bool IsJson => LogFormat == "json";

    private bool IsDetailed => LogLevel == "debug";

    /// <param name="hears">What is heard of libraries, where it is not detailed.</param>
    internal void Apply(WebApplicationBuilder builder, Func<Level, bool> hears)
    {
        if (!IsJson)
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
        builder.Services.AddSingleton<ILoggerProvider>(provider => !IsJson
            ? new PrintableLogs(provider.GetRequiredService<ConsoleLoggerProvider>())
            : provider.GetRequiredService<ConsoleLoggerProvider>());
        if (IsDetailed)
        {
            builder.Logging.SetMinimumLevel(Level.Debug);
            return;
        }

        // Orleans says itself what Polly, with which it looks for a grain's place, has retried in vain. What a probe was told stands in its answer.
        builder.Logging.AddFilter("Polly", Level.None).AddFilter("Grpc", Level.Warning);
        // What nobody can read is answered, and what fails of what can be is logged by the interceptor: anybody could fill a log with the rest.
        builder.Logging.AddFilter("Grpc.AspNetCore.Server.ServerCallHandler", Level.None);
        builder.Logging.AddFilter("Microsoft", hears).AddFilter("Orleans", hears);
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", Level.None);
    }
}
