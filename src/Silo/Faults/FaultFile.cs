namespace Sheaf.Silo.Faults;

/// <summary>
/// A plan in a file, read again whenever it changes: tests arm faults in processes that are running. Each reading is acknowledged in the log. A plan that is
/// wrong is acknowledged with the mistakes, and nothing is armed. The file is looked at every 20 ms.
/// </summary>
internal sealed class FaultFile : IDisposable
{
    private readonly string _path;
    private readonly FaultLog _log;
    private readonly Action<IReadOnlyList<PlannedFault>> _arm;
    private readonly Lock _lock = new();
    private readonly ITimer _timer;
    private string? _text;

    public FaultFile(string path, FaultLog log, TimeProvider time, Action<IReadOnlyList<PlannedFault>> arm)
    {
        (_path, _log, _arm) = (path, log, arm);
        Look();
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_lock)
        {
            var text = File.Exists(_path) ? File.ReadAllText(_path) : "";
            if (text == _text)
            {
                return;
            }

            _text = text;
            try
            {
                // Lines that begin with # are the test's own, such as which plan this is.
                _arm(FaultPlan.Parse(string.Join('\n', text.Split('\n').Where(line => !line.StartsWith('#')))));
                _log.Armed(text);
            }
            catch (FormatException e)
            {
                _arm([]);
                _log.Armed(e.Message);
            }
        }
    }
}
