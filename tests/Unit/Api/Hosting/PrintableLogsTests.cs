using Microsoft.Extensions.Logging;
using Sheaf.Api.Hosting;

namespace Sheaf.Tests.Unit.Api.Hosting;

public sealed class PrintableLogsTests : IDisposable
{
    private const string Evil = "a\e[2Jb\u202Ec\nd";
    private const string Shown = @"a\u001B[2Jb\u202Ec d";

    private readonly Terminal _terminal = new();
    private readonly PrintableLogs _logs;

    public PrintableLogsTests() => _logs = new(_terminal);

    public void Dispose() => _logs.Dispose();

    [Fact]
    public void NamesPathsAndMessages_AreShownOnOneLineAndNotObeyed()
    {
        var log = _logs.CreateLogger("Sheaf");

        log.LogWarning(new EventId(7), "The log {Path} could not be written: {Reason}", $"/data/{Evil}", Evil);

        Assert.Equal(("Sheaf", LogLevel.Warning, 7, $"The log /data/{Shown} could not be written: {Shown}"), Assert.Single(_terminal.Lines));
    }

    [Fact]
    public void Exceptions_AreShownOnTheSameLineAndNotObeyed()
    {
        var log = _logs.CreateLogger("Sheaf");

        log.LogError(new InvalidOperationException(Evil, new IOException(Evil)), "It failed.");

        var text = Assert.Single(_terminal.Lines).Text;
        Assert.StartsWith($"It failed. System.InvalidOperationException: {Shown}", text, StringComparison.Ordinal);
        Assert.Contains($"System.IO.IOException: {Shown}", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, char.IsControl);
    }

    [Fact]
    public void LevelsThatNobodyHears_AreNotWritten()
    {
        _logs.CreateLogger("Sheaf").LogDebug("{Text}", Evil);

        Assert.Empty(_terminal.Lines);
    }

    private sealed class Terminal : ILoggerProvider
    {
        public List<(string Category, LogLevel Level, int Event, string Text)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Log(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Log(Terminal terminal, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

            void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                Assert.Null(exception);
                terminal.Lines.Add((category, logLevel, eventId.Id, formatter(state, null)));
            }
        }
    }
}
