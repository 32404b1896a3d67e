using System.Collections.Concurrent;

namespace Sheaf.Transport.Links;

/// <summary>
/// The one thread that accepts connections, shakes hands and keeps the links: a busy thread pool delays no answer, and a stranger costs a place in a list, not
/// a thread. Everything of a <see cref="LoopConnection"/> runs on it; others give it work with <see cref="Post"/>.
/// </summary>
internal sealed class ControlLoop : IDisposable
{
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly List<LoopConnection> _connections = [];
    private readonly TimeProvider _time;
    private readonly Action<Exception> _failed;
    private readonly ITimer _timer;
    private readonly Thread _thread;
    private readonly Lock _closing = new();
    private readonly int _wake = Posix.CreateEvent();
    private Posix.PollFd[] _polled = new Posix.PollFd[16];
    private bool _due;
    private bool _stopped;
    private bool _freed;

    /// <param name="failed">Told what a piece of work threw; the loop goes on.</param>
    public ControlLoop(string name, TimeSpan tick, TimeProvider time, Action<Exception> failed)
    {
        (_time, _failed) = (time, failed);
        _thread = new Thread(Main) { IsBackground = true, Name = name };
        _timer = time.CreateTimer(static loop => ((ControlLoop)loop!).Due(), this, tick, tick);
    }

    public long Now => _time.GetTimestamp();

    public TimeSpan Since(long timestamp) => _time.GetElapsedTime(timestamp);

    public void Start() => _thread.Start();

    /// <summary>Runs it on the loop's thread, soon. Nothing happens once the loop has ended.</summary>
    public void Post(Action work)
    {
        _posted.Enqueue(work);
        Wake();
    }

    /// <summary>On the loop's thread only.</summary>
    public void Add(LoopConnection connection) => _connections.Add(connection);

    /// <summary>The connections of one kind, oldest first. On the loop's thread only.</summary>
    public IEnumerable<T> All<T>() => _connections.Where(connection => !connection.IsOver).OfType<T>();

    /// <summary>Ends the thread and closes what it had.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Post(() => _stopped = true);
        if (_thread.ThreadState != ThreadState.Unstarted && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        lock (_closing)
        {
            if (!_freed)
            {
                _freed = true;
                Posix.Close(_wake);
            }
        }
    }

    private void Due()
    {
        Volatile.Write(ref _due, true);
        Wake();
    }

    private void Wake()
    {
        lock (_closing)
        {
            if (!_freed)
            {
                Posix.Signal(_wake);
            }
        }
    }

    private void Main()
    {
        while (!_stopped)
        {
            var watched = Wait();
            Posix.Drain(_wake);
            for (var i = 0; i < watched; i++)
            {
                if (_polled[i + 1].Returned != 0 && !_connections[i].IsOver)
                {
                    Guard(_connections[i], static connection => connection.Ready());
                }
            }

            while (_posted.TryDequeue(out var work))
            {
                Guard(work, static each => each());
            }

            if (Volatile.Read(ref _due))
            {
                Volatile.Write(ref _due, false);
                foreach (var connection in _connections.Where(connection => !connection.IsOver).ToArray())
                {
                    Guard(connection, static each => each.Tick());
                }
            }

            _connections.RemoveAll(static connection => connection.IsOver);
        }

        _connections.ForEach(static connection => connection.Close());
    }

    /// <summary>How many connections were watched: those that the loop adds meanwhile come after them.</summary>
    private int Wait()
    {
        if (_polled.Length <= _connections.Count)
        {
            _polled = new Posix.PollFd[2 * (_connections.Count + 1)];
        }

        _polled[0] = new() { Fd = _wake, Events = Posix.PollIn };
        for (var i = 0; i < _connections.Count; i++)
        {
            var connection = _connections[i];
            _polled[i + 1] = new() { Fd = connection.Descriptor, Events = connection.WantsWrite ? Posix.PollOut : Posix.PollIn };
        }

        Posix.Poll(_polled.AsSpan(0, _connections.Count + 1));
        return _connections.Count;
    }

    private void Guard<T>(T argument, Action<T> work)
    {
        try
        {
            work(argument);
        }
        catch (Exception e)
        {
            _failed(e);
        }
    }
}
