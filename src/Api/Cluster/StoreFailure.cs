using System.Data.Common;
using Orleans.Serialization;
using Sheaf.Contracts.Grains;

namespace Sheaf.Api.Cluster;

/// <summary>Failures that are the store's. Pure.</summary>
internal static class StoreFailure
{
    /// <summary>Whether a call failed for the database's sake, here or on a silo: to repeat it later may help.</summary>
    public static bool IsCauseOf(Exception failure) => CauseOf(failure) is not null;

    /// <summary>That of the store among what is around it; null: the failure is none of the store's.</summary>
    public static Exception? CauseOf(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is StateStoreException or DbException
                || (cause is UnavailableExceptionFallbackException foreign && foreign.ExceptionType?.Contains("Npgsql", StringComparison.Ordinal) == true))
            {
                return cause;
            }
        }

        return null;
    }
}
