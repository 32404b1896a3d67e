using Orleans.Storage;
using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;

namespace Sheaf.Silo.Storage;

/// <summary>Writes of grain state after which memory is never ahead of the store.</summary>
internal static class StateWriting
{
    /// <param name="next">What to store; not the object that <paramref name="state"/> holds, unless its changes may outlive a failed write.</param>
    /// <param name="what">For the message: the record of experiment 'x'.</param>
    /// <exception cref="StateStoreException">It could not be written; the state in memory is the one before.</exception>
    /// <exception cref="InconsistentStateException">Another activation has written; this one is to end, which Orleans sees to when the exception leaves the
    /// grain.</exception>
    public static async Task Write<T>(this IPersistentState<T> state, T next, string what)
    {
        var before = state.State;
        state.State = next;
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception e)
        {
            // A write is not a change in memory: what was not stored did not happen.
            state.State = before;
            if (e is InconsistentStateException)
            {
                throw;
            }

            throw Failed(what, e);
        }
    }

    /// <summary>
    /// Exceptions of a database's library mean nothing to a caller on another silo. What became of the command that needed the write is not said here: who
    /// answers the caller does.
    /// </summary>
    public static StateStoreException Failed(string what, Exception failure) => new($"{what} could not be written: {FailureText.Of(failure)}");
}
