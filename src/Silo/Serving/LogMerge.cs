using System.Runtime.CompilerServices;

namespace Sheaf.Silo.Serving;

/// <summary>Log lines of several silos as one log.</summary>
internal static class LogMerge
{
    /// <summary>
    /// The lines of all <paramref name="sources"/> (each in the order of time) in the order of time. With <paramref name="patience"/>, a source that is silent
    /// for as long is not waited for until it speaks again: for sources that do not end.
    /// </summary>
    public static async IAsyncEnumerable<V1.LogLine> ByTime(
        IReadOnlyList<IAsyncEnumerable<V1.LogLine>> sources, TimeSpan? patience, TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var open = sources.Select(source => new Reader(source.GetAsyncEnumerator(reading.Token))).ToList();
        try
        {
            while (open.Count > 0)
            {
                await Ready(open, patience, time, cancellationToken);
                foreach (var ended in open.Where(reader => reader.Next.IsCompleted && !reader.Next.GetAwaiter().GetResult()).ToArray())
                {
                    open.Remove(ended);
                    await ended.Lines.DisposeAsync();
                }

                if (open.Where(reader => reader.Next.IsCompleted).MinBy(reader => reader.Lines.Current.Time) is { } first)
                {
                    var line = first.Lines.Current;
                    first.Advance();
                    yield return line;
                }
            }
        }
        finally
        {
            await reading.CancelAsync();
            foreach (var reader in open)
            {
                await reader.Close();
            }
        }
    }

    private static async Task Ready(List<Reader> open, TimeSpan? patience, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var reader in open.Where(reader => reader.Next.IsCompleted))
        {
            reader.IsSilent = false;
        }

        var awaited = open.Where(reader => !reader.IsSilent).Select(reader => (Task)reader.Next).ToList();
        if (awaited.Count == 0)
        {
            await Task.WhenAny(open.Select(reader => reader.Next)).WaitAsync(cancellationToken);
            return;
        }

        var all = Task.WhenAll(awaited);
        if (patience is not { } limit)
        {
            await all.WaitAsync(cancellationToken);
        }
        else if (!all.IsCompleted && await Task.WhenAny(all, Task.Delay(limit, time, cancellationToken)) != all)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var reader in open.Where(reader => !reader.Next.IsCompleted))
            {
                reader.IsSilent = true;
            }
        }
    }

    private sealed class Reader(IAsyncEnumerator<V1.LogLine> lines)
    {
        public IAsyncEnumerator<V1.LogLine> Lines => lines;

        public Task<bool> Next { get; private set; } = lines.MoveNextAsync().AsTask();

        public bool IsSilent { get; set; }

        public void Advance() => Next = lines.MoveNextAsync().AsTask();

        /// <summary>Only after the token that its source was given is cancelled.</summary>
        public async Task Close()
        {
            try
            {
                await Next;
            }
            catch (Exception e) when (e is OperationCanceledException or Grpc.Core.RpcException or IOException)
            {
                // It is given up.
            }

            await lines.DisposeAsync();
        }
    }
}
