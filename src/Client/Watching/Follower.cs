namespace Sheaf.Client.Watching;

/// <summary>Reads a run's updates, reduces them to a view and shows what changed.</summary>
internal sealed class Follower(IRunRenderer renderer, IRunObserver? observer = null)
{
    /// <summary>The newest view; safe to read from any thread.</summary>
    public RunView? View { get; private set; }

    /// <summary>Returns when the run ended, or as soon as <paramref name="enough"/> says so.</summary>
    public async Task<RunView> FollowAsync(RunWatch watch, RunView view, Func<RunView, bool> enough, CancellationToken cancellation)
    {
        View = view;
        await foreach (var update in watch.UpdatesAsync(view.NextSequence, cancellation))
        {
            (view, var changes) = view.Apply(update);
            View = view;
            renderer.Apply(view, changes);
            if (observer is not null)
            {
                await observer.SeeAsync(view, cancellation);
            }

            if (view.Ended || enough(view))
            {
                return view;
            }
        }

        return view;
    }
}
