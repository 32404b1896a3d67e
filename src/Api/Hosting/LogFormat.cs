namespace Sheaf.Api.Hosting;

/// <summary>How a server writes its log to standard output.</summary>
public enum LogFormat
{
    /// <summary>A line for a person.</summary>
    Text,

    /// <summary>
    /// A JSON object a line: Timestamp, LogLevel, Category, Message, State (the message's parts by name), and Scopes with Experiment, Worker, Generation and
    /// TraceId where they are known.
    /// </summary>
    Json,
}
