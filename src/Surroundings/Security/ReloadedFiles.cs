using System.Security.Cryptography;

namespace Sheaf.Surroundings.Security;

/// <summary>
/// What some files say, read again when their content changes. Nothing is told of a change: whoever asks looks, at most once in a while. Their content is
/// compared, not their times: where a folder of Kubernetes is swapped by a link, the links of the files stay as they are. Thread-safe.
/// </summary>
public sealed class ReloadedFiles<T>
    where T : class
{
    /// <summary>A longer file is no certificate, key or list of tokens.</summary>
    private const int MostBytes = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly IReadOnlyList<(string Option, string Path)> _files;
    private readonly Func<IReadOnlyList<byte[]>, T> _parse;
    private readonly TimeProvider _time;
    private readonly TimeSpan _every;
    private readonly Action<string>? _told;
    private T _current;
    private byte[] _seen;
    private long _looked;
    private string? _problem;

    /// <param name="files">Each with the option that names it, for messages.</param>
    /// <param name="parse">Given the content of each file; throws <see cref="FormatException"/> with a sentence that names what is wrong and no secret.</param>
    /// <param name="every">Between two looks at least.</param>
    /// <param name="told">Told when what was read anew is used, or why it is not.</param>
    /// <exception cref="FormatException">A file cannot be read, or says nothing that can be used.</exception>
    public ReloadedFiles(
        IReadOnlyList<(string Option, string Path)> files, Func<IReadOnlyList<byte[]>, T> parse, TimeProvider time, TimeSpan every, Action<string>? told = null)
    {
        (_files, _parse, _time, _every, _told) = (files, parse, time, every, told);
        var contents = Read();
        (_current, _seen, _looked) = (parse(contents), Digest(contents), time.GetTimestamp());
    }

    /// <summary>What the files say; where what they say now cannot be used, what they said last.</summary>
    public T Current
    {
        get
        {
            Look();
            return Volatile.Read(ref _current);
        }
    }

    /// <summary>Why what the files say now is not used; null: it is.</summary>
    public string? Problem
    {
        get
        {
            Look();
            return Volatile.Read(ref _problem);
        }
    }

    private static byte[] Digest(IReadOnlyList<byte[]> contents) => SHA256.HashData(contents.SelectMany(content => SHA256.HashData(content)).ToArray());

    private void Look()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _looked)) < _every)
        {
            return;
        }

        lock (_gate)
        {
            if (_time.GetElapsedTime(_looked) < _every)
            {
                return;
            }

            Volatile.Write(ref _looked, _time.GetTimestamp());
            try
            {
                var contents = Read();
                var digest = Digest(contents);
                if (!digest.AsSpan().SequenceEqual(_seen))
                {
                    Volatile.Write(ref _current, _parse(contents));
                    _seen = digest;
                    _told?.Invoke($"{string.Join(" and ", _files.Select(file => file.Path))} changed and {(_files.Count == 1 ? "was" : "were")} read again.");
                }

                Volatile.Write(ref _problem, null);
            }
            catch (FormatException e)
            {
                // Two files that are replaced one after the other do not fit each other for a moment.
                if (_problem != e.Message)
                {
                    _told?.Invoke($"{e.Message} What was read before stays in force.");
                }

                Volatile.Write(ref _problem, e.Message);
            }
        }
    }

    private List<byte[]> Read()
    {
        var contents = new List<byte[]>();
        foreach (var (option, path) in _files)
        {
            // It is read again and again: what can be read once only, or never ends, is none.
            if (FileKind.Other(path) is { } kind)
            {
                throw new FormatException($"{option} {Printable.Of(path)} is {kind}, no regular file; give the path of a file.");
            }

            try
            {
                contents.Add(ShortFile.Read(path, MostBytes));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new FormatException($"{option} {Printable.Of(path)} cannot be read: {e.Message}", e);
            }
        }

        return contents;
    }
}
