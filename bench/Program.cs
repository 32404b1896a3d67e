using Sheaf.Bench;
using Sheaf.Bench.Subjects;

// bench engine --spec FILE [--shards N] [--workers N] [--batch_size N] [--steps N] [--warmup N]   one subject, one JSON line
// bench compare [--rounds N] [--only TEXT]                                                       all comparisons, interleaved, as ratios
switch (args)
{
    case ["engine", .. var rest]:
        await EngineSubject.RunAsync(new Options(rest));
        return 0;
    case ["compare", .. var rest]:
        return await Comparison.RunAllAsync(new Options(rest));
    default:
        await Console.Error.WriteLineAsync("Usage: bench engine --spec FILE [--key value ...] | bench compare [--rounds N] [--only TEXT]");
        return 2;
}
