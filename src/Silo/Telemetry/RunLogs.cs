using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using Sheaf.Records;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Telemetry;

/// <summary>
/// The log of each experiment, a file of JSON lines a source, appended to: it outlives the run and the process. Writing never blocks and never fails the
/// caller. Silos that share a data directory read each other's files there. Thread-safe.
/// </summary>
internal sealed class RunLogs(
    DataFolder folder, ObservationOptions options, TimeProvider time, ILogger<RunLogs> log, SiloOptions? silo = null) : BackgroundService
{
    public const string Coordinator = "coordinator";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Channel<Entry> _entries = Channel.CreateBounded<Entry>(
        new BoundedChannelOptions(options.WaitingLogLines) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);

    private const string WorkerPrefix = "worker-";

    public static string Worker(int number) => $"{WorkerPrefix}{number}";

    public static string Text(EvaluationRecord evaluation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{evaluation.Rows.ToString().ToLowerInvariant()} at step {evaluation.Step}: loss {evaluation.Loss:G6}, "
            + $"metrics [{string.Join(", ", evaluation.Metrics.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)))}]");

    public void Write(string experimentId, string source, string level, string message)
    {
        _entries.Writer.TryWrite(new(experimentId, new(time.GetUtcNow(), source, level, message), null));
        if (silo is { Log.IsJson: true })
        {
            // Whoever collects the logs of servers reads those of experiments there too.
            var worker = source.StartsWith(WorkerPrefix, StringComparison.Ordinal) ? source[WorkerPrefix.Length..] : null;
            log.Log(LevelOf(level), "{Text} (experiment {Experiment}, {Source}, worker {Worker})", message, experimentId, source, worker);
        }
    }

    private static LogLevel LevelOf(string level) => level switch
    {
        "error" => LogLevel.Error,
        "warning" => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    /// <summary>Completes when everything that was written before is in the files.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_entries.Writer.TryWrite(new("", null, done)))
        {
            await done.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>The lines of one source, or of all in the order of time; then, while <paramref name="ended"/> is not done, those that come.</summary>
    public async IAsyncEnumerable<RunLogLine> Read(
        string experimentId, string? source, Task ended, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var offsets = new Dictionary<string, long>(StringComparer.Ordinal);
        while (true)
        {
            var last = ended.IsCompleted;
            var changed = _changes.GetOrAdd(experimentId, _ => New()).Task;
            await FlushAsync(cancellationToken);
            foreach (var line in ReadNew(experimentId, source, offsets).OrderBy(line => line.Time).ToArray())
            {
                yield return line;
            }

            if (last)
            {
                yield break;
            }

            // Nobody tells when another silo writes.
            Task[] awaited = folder.Silo is null ? [changed, ended] : [changed, ended, Task.Delay(options.LogsEvery, time, cancellationToken)];
            await Task.WhenAny(awaited).WaitAsync(cancellationToken);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _entries.Writer.TryComplete();
        if (ExecuteTask is { } writing)
        {
            await writing.WaitAsync(cancellationToken);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<Entry>();
        while (await _entries.Reader.WaitToReadAsync(CancellationToken.None))
        {
            batch.Clear();
            while (batch.Count < 1000 && _entries.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            foreach (var file in batch.Where(entry => entry.Line is not null).GroupBy(entry => (entry.Experiment, entry.Line!.Source)))
            {
                Append(PathOf(file.Key.Experiment, file.Key.Source), file.Select(entry => JsonSerializer.Serialize(entry.Line, Json)));
            }

            foreach (var entry in batch)
            {
                entry.Flushed?.SetResult();
                if (entry.Line is not null && _changes.TryRemove(entry.Experiment, out var changed))
                {
                    changed.SetResult();
                }
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whole lines behind the last offset of each file; a torn last line, of a process that died while it wrote, is left out.</summary>
    private IEnumerable<RunLogLine> ReadNew(string experimentId, string? source, Dictionary<string, long> offsets)
    {
        foreach (var path in folder.AllLogs(experimentId).SelectMany(logs =>
            Directory.EnumerateFiles(logs, source is null ? "*.jsonl" : $"{source}.jsonl").Order(StringComparer.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = offsets.GetValueOrDefault(path);
            using var reader = new StreamReader(file);
            var text = reader.ReadToEnd();
            var end = text.LastIndexOf('\n') + 1;
            offsets[path] = offsets.GetValueOrDefault(path) + System.Text.Encoding.UTF8.GetByteCount(text.AsSpan(0, end));
            foreach (var line in text[..end].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (Parse(line) is { } parsed)
                {
                    yield return parsed;
                }
            }
        }
    }

    private static RunLogLine? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<RunLogLine>(line, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string PathOf(string experimentId, string source) => Path.Combine(folder.Logs(experimentId), $"{source}.jsonl");

    private void Append(string path, IEnumerable<string> lines)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var torn = EndsTorn(path);
            File.AppendAllText(path, (torn ? "\n" : "") + string.Concat(lines.Select(line => line + "\n")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(e, "The log {Path} could not be written.", path);
        }
    }

    private static bool EndsTorn(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = File.OpenRead(path);
        return file.Length > 0 && file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() != '\n';
    }

    private sealed record Entry(string Experiment, RunLogLine? Line, TaskCompletionSource? Flushed);
}
