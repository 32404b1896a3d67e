using System.Data.Common;

namespace Sheaf.Api.Cluster;

/// <summary>What a failure behind a grain says to a person. Pure.</summary>
internal static class FailureText
{
    /// <summary>
    /// Orleans repeats what a store or a grain threw, with its stack trace, in the message of an exception around it: the words are those of the one inside.
    /// Of a database's those of its first line: others say what the driver adds for its developers.
    /// </summary>
    public static string Of(Exception failure)
    {
        while (failure is OrleansException or AggregateException && failure.InnerException is { } cause)
        {
            failure = cause;
        }

        return failure is DbException ? failure.Message.Split('\n', 2)[0].TrimEnd() : failure.Message;
    }
}
