using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Silo.Coordination;

/// <summary>What comes next for a generation that is under way and of which no worker is lost. Pure.</summary>
internal static class GenerationRule
{
    /// <param name="endIsRecorded">All that was reported up to the generation's end is in the ledger.</param>
    public static GenerationMove Next(RunRecord run, GenerationSession session, bool endIsRecorded)
    {
        if (run.State is RunState.Starting or RunState.Recovering && session.AllReady)
        {
            return session.Agrees
                ? new GenerationMove.Go("all workers have data and weights")
                : new GenerationMove.BeginAgain("the workers did not begin with the same bits");
        }

        if (session.IsFinished && !endIsRecorded)
        {
            return new GenerationMove.Wait("the workers finished while something was written, and the ledger does not have their last steps yet");
        }

        if (run.Desired == DesiredState.Pause && run.State != RunState.Running && session is { Waits.Length: > 0, BeganInMemory: false })
        {
            return new GenerationMove.GiveUp("it is to pause before it has begun, and its last checkpoint is all that it has");
        }

        if (run.Desired == DesiredState.Run && session is { HasStopped: true, EndsPlan: false, Next: null })
        {
            // A pause was taken back: the state is in memory, and goes on from there.
            return new GenerationMove.GoOnAs(new(run.Workers.Select(LeasePlanner.DeviceOf).ToArray(), "resumed"));
        }

        return session is { IsFinished: true, IsComplete: false, Next: { } next } && run.Desired != DesiredState.Cancel
            ? new GenerationMove.GoOnAs(next)
            : new GenerationMove.Judge("it runs, or has come to its end");
    }

    /// <summary>Whether it cannot go on as it is: nothing more is granted then.</summary>
    /// <param name="now">Seconds of the coordinator's clock.</param>
    public static bool IsBroken(RunRecord run, GenerationSession session, Func<string, bool> dead, double now) =>
        session.Faults.Count > 0 || session.Disagreement is not null || FailureDetector.Of(run, session, dead, now) is not null;
}
