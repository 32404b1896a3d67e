using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

/// <summary>What a silo has logged. Thread-safe.</summary>
internal sealed class MemoryLog : ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _entries = new();
    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public IEnumerable<(LogLevel Level, string Text)> Entries => _entries;

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    /// <summary>Waits for an entry that has the text in it.</summary>
    public async Task<string> HasAsync(LogLevel level, string text)
    {
        while (true)
        {
            if (_entries.FirstOrDefault(e => e.Level == level && e.Text.Contains(text, StringComparison.Ordinal)) is { Text: { } found })
            {
                return found;
            }

            await _added.Reader.ReadAsync(TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
    }

    private sealed class Logger(MemoryLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            log._entries.Enqueue((logLevel, formatter(state, exception)));
            log._added.Writer.TryWrite(true);
        }
    }
}
