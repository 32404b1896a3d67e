using Sheaf.Records;

namespace Sheaf.Training.Replicas;

/// <summary>What one device thread is doing, for others to read. Written by that thread alone, without a lock; read by any.</summary>
internal sealed class PhaseBoard(TimeProvider time, long step)
{
    private const int PhaseBits = 4;

    private long _since = time.GetTimestamp();
    private long _state = Pack(WorkerPhase.Loading, step);

    public void Enter(WorkerPhase phase, long step) => Enter(phase, step, time.GetTimestamp());

    /// <param name="now">A timestamp that the caller has taken already.</param>
    public void Enter(WorkerPhase phase, long step, long now)
    {
        // A reader that sees a state without its time sees the state change, and reads again.
        Volatile.Write(ref _state, -1);
        Volatile.Write(ref _since, now);
        Volatile.Write(ref _state, Pack(phase, step));
    }

    public WorkerActivity Read(int worker)
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var since = Volatile.Read(ref _since);
            if (state >= 0 && Volatile.Read(ref _state) == state)
            {
                return new()
                {
                    Worker = worker,
                    Phase = (WorkerPhase)(state & ((1 << PhaseBits) - 1)),
                    Step = state >> PhaseBits,
                    Seconds = Math.Max(0, time.GetElapsedTime(since).TotalSeconds),
                };
            }

            Thread.SpinWait(1);
        }
    }

    private static long Pack(WorkerPhase phase, long step) => (step << PhaseBits) | (long)phase;
}
