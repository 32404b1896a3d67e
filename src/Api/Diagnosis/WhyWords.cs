using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Api.Diagnosis;

/// <summary>How an explanation calls workers, phases and times.</summary>
internal static class WhyWords
{
    public static string Name(WorkerHealth worker) => $"worker {worker.Place.Number} on {worker.Place.Device} of silo '{worker.Place.Silo}'";

    public static string Names(WorkerHealth[] workers) =>
        workers.Length == 1 ? $"Worker {workers[0].Place.Number}" : $"Workers {string.Join(", ", workers.Select(worker => worker.Place.Number))}";

    public static string Phase(WorkerHealth worker) => worker.Phase switch
    {
        WorkerPhase.Loading => "loading data and state",
        WorkerPhase.Idle => "idle",
        WorkerPhase.Computing => "computing",
        WorkerPhase.Reducing => "reducing",
        WorkerPhase.Applying => "applying the gradient",
        WorkerPhase.Evaluating => "evaluating",
        WorkerPhase.Capturing => "copying its state for a checkpoint",
        WorkerPhase.Ended => "ended",
        _ => "not heard of yet",
    };

    public static string Sentence(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length == 0 || trimmed[^1] is '.' or '!' or '?' ? trimmed : trimmed + ".";
    }

    public static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    public static string Seconds(double seconds) => seconds < 9.95 ? $"{seconds:0.0} s" : $"{seconds:0} s";

    public static string Milliseconds(double seconds) => seconds < 0.01 ? $"{seconds * 1e3:0.00} ms" : $"{seconds * 1e3:0.#} ms";
}
