using System.Text;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>Keeps what is written, and lets a test wait for a text to appear.</summary>
internal sealed class WatchedWriter : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _waiting = [];
    private readonly Lock _lock = new();

    public WatchedWriter() => NewLine = "\n";

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        lock (_lock)
        {
            _text.Append(value);
            var text = _text.ToString();
            foreach (var (_, seen) in _waiting.Where(w => text.Contains(w.Text, StringComparison.Ordinal)))
            {
                seen.TrySetResult();
            }
        }
    }

    public override void WriteLine(string? value) => Write(value + "\n");

    /// <summary>Completes when <paramref name="text"/> was written; a minute without it fails the test and shows what was.</summary>
    public async Task WaitForAsync(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((text, seen));
        }

        Write("");
        try
        {
            await seen.Task.WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"'{text}' was not written. This was:\n{Text}");
        }
    }
}
