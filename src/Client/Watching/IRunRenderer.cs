using Sheaf.V1;

namespace Sheaf.Client.Watching;

/// <summary>Shows a run: live on a terminal, as plain lines elsewhere, or as JSON lines.</summary>
internal interface IRunRenderer
{
    /// <summary>Owns the screen while <paramref name="body"/> runs; the other members may be called only inside it, except <see cref="Finish"/>.</summary>
    Task ShowAsync(Func<Task> body);

    /// <summary>What the client itself is doing, such as starting a silo. Transient.</summary>
    void Status(string text);

    void Submitted(Experiment experiment, Uri server);

    void Apply(RunView view, IReadOnlyList<RunChange> changes);

    /// <summary>Something worth a line of its own: a lost connection, a pause that begins.</summary>
    void Notice(string text);

    /// <summary>The run ended: the summary. Called after <see cref="ShowAsync"/>.</summary>
    void Finish(RunView view, IReadOnlyList<string> nextCommands);

    /// <summary>The client leaves a run that has not ended. Called after <see cref="ShowAsync"/>.</summary>
    /// <param name="view">The last known state; <c>null</c>: none.</param>
    /// <param name="what">What happened, such as "paused".</param>
    /// <param name="commands">How to come back.</param>
    void Leave(RunView? view, string what, IReadOnlyList<string> commands);
}
