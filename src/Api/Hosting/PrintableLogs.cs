using Sheaf.Surroundings;

namespace Sheaf.Api.Hosting;

/// <summary>
/// A log for a terminal: each entry is one line, in which names, paths and messages that come from users and other programs are shown and not obeyed.
/// Thread-safe.
/// </summary>
/// <param name="terminal">Writes the lines; its maker disposes it.</param>
internal sealed class PrintableLogs(ILoggerProvider terminal) : ILoggerProvider, ISupportExternalScope
{
    public ILogger CreateLogger(string categoryName) => new PrintableLog(terminal.CreateLogger(categoryName));

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => (terminal as ISupportExternalScope)?.SetScopeProvider(scopeProvider);

    public void Dispose()
    {
    }

    private sealed class PrintableLog(ILogger terminal) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => terminal.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => terminal.IsEnabled(logLevel);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            // An exception's text has paths and names in it too.
            var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)} {exception}";
            terminal.Log(logLevel, eventId, Printable.Of(text.ReplaceLineEndings(" ").Trim()), null, static (line, _) => line);
        }
    }
}
