using Grpc.Core;
using Sheaf.V1;

namespace Sheaf.Client.Failures;

/// <summary>Turns a failed call into an error for a person, by the meanings that experiments.proto gives the status codes.</summary>
internal static class RpcFailures
{
    private const string ViolationsTrailer = "sheaf-violations-bin";

    /// <param name="failure">What the call threw.</param>
    /// <param name="doing">What was tried, as in "submit fashion-mnist-3f2a"; completes "could not ...".</param>
    /// <param name="server">Where.</param>
    /// <param name="sheaf">The program's name, for hints.</param>
    public static CliException Explain(RpcException failure, string doing, Uri server, string sheaf)
    {
        var detail = failure.Status.Detail;
        return failure.StatusCode switch
        {
            StatusCode.NotFound => new(ExitCode.NotFound, $"could not {doing}", detail, $"see what there is: {sheaf} list", failure),
            StatusCode.InvalidArgument => new(ExitCode.BadUsage, $"could not {doing}", detail, "correct the request, then run it again", failure)
            {
                Violations = Violations(failure),
            },
            StatusCode.FailedPrecondition => new(ExitCode.WrongState, $"could not {doing}", detail, $"look at its state first: {sheaf} describe ID", failure),
            StatusCode.Unauthenticated => new(ExitCode.NotAllowed, $"could not {doing}: the server at {Show(server)} does not know you", detail,
                $"log in with a token: {sheaf} login {Show(server)}", failure),
            StatusCode.PermissionDenied => new(ExitCode.NotAllowed, $"could not {doing}: you may not", detail, $"see who you are there: {sheaf} "
                + $"whoami", failure),
            StatusCode.ResourceExhausted when IsAnswer(failure) => new(ExitCode.NotNow, $"could not {doing}: the server at {Show(server)} cannot do it "
                + $"now", detail,
                "do what it says, then repeat the command", failure),
            _ when IsOfCertificate(failure) => new(ExitCode.Unreachable, $"could not {doing}: the certificate of the server at {Show(server)} is not "
                + $"trusted", failure.Status.DebugException!.GetBaseException().Message,
                "name the CA that issued it with --ca FILE or the variable SHEAF_CA, and the server by a name that the certificate has", failure),
            StatusCode.Unavailable or StatusCode.DeadlineExceeded when IsAnswer(failure) => new(ExitCode.NotNow,
                $"could not {doing}: the server at {Show(server)} cannot do it now", detail,
                "mend what it names, or wait, then repeat the command; it is safe to do so", failure),
            StatusCode.DeadlineExceeded => new(ExitCode.Unreachable, $"could not {doing}: the server at {Show(server)} did not answer in time",
                "whether it was done is not known", "repeat the command; it is safe to do so", failure),
            StatusCode.Unimplemented => NotSheaf(failure, doing, server),
            _ when SpeaksAnotherProtocol(failure) => NotSheaf(failure, doing, server),
            _ when failure.StatusCode == StatusCode.Unavailable || CausedByTransport(failure) => Unreachable(failure, doing, server, sheaf),
            _ => new(ExitCode.RunFailed, $"could not {doing}: the server failed ({failure.StatusCode})", detail, "the server's own log says more", failure),
        };
    }

    /// <summary>Whether asking again later may help: the server is away, restarting or was too slow.</summary>
    public static bool IsPassing(RpcException failure) =>
        failure.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded
        || (failure.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled && CausedByTransport(failure));

    /// <summary>Whether nobody listens there, so that the call was surely not carried out.</summary>
    public static bool NobodyListens(RpcException failure) =>
        failure.StatusCode == StatusCode.Unavailable && failure.Status.DebugException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
        };

    public static string Show(Uri server) => server.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether a server of ours said it: what goes wrong on the way has an exception of this side.</summary>
    private static bool IsAnswer(RpcException failure) => failure.Status is { DebugException: null, Detail.Length: > 0 };

    /// <summary>
    /// Something listens there and takes the connection, and what it says is no gRPC: an address of /metrics, https where http is spoken, a web server, a
    /// proxy's page.
    /// </summary>
    private static bool SpeaksAnotherProtocol(RpcException failure)
    {
        // Said by the library of an answer over HTTP that is no gRPC: it has no exception for it.
        if (failure.StatusCode is StatusCode.Unknown or StatusCode.Internal or StatusCode.Unavailable
            && failure.Status.Detail.StartsWith("Bad gRPC response", StringComparison.Ordinal))
        {
            return true;
        }

        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpProtocolException or System.Security.Authentication.AuthenticationException
                || cause is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.SecureConnectionError or HttpRequestError.VersionNegotiationError
                    or HttpRequestError.InvalidResponse,
                })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfCertificate(RpcException failure)
    {
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is System.Security.Authentication.AuthenticationException && cause.Message.Contains("certificate", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool CausedByTransport(RpcException failure)
    {
        for (var cause = failure.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException or HttpRequestException)
            {
                return true;
            }
        }

        return false;
    }

    private static CliException Unreachable(RpcException failure, string doing, Uri server, string sheaf)
    {
        var cause = failure.Status.DebugException;
        if (cause is null && failure.Status.Detail.Length > 0)
        {
            // The server answered; what it needs is away.
            return new(ExitCode.Unreachable, $"could not {doing} now", failure.Status.Detail, "repeat the command later; it is safe to do so", failure);
        }

        while (cause?.InnerException is { } deeper)
        {
            cause = deeper;
        }

        return new(ExitCode.Unreachable, $"could not {doing}: the server at {Show(server)} cannot be reached", cause?.Message ?? failure.Status.Detail,
            $"start one with `{sheaf} silo`, or name another with --server URL or the variable SHEAF_SERVER", failure);
    }

    private static CliException NotSheaf(RpcException failure, string doing, Uri server) =>
        new(ExitCode.Unreachable, $"could not {doing}: what answers at {Show(server)} is no Sheaf server, or one of another version", failure.Status.Detail,
            "check --server (the gRPC address, not the one of /metrics; http, or https where something in front of the silo speaks it) and the server's "
                + "version", failure);

    private static IReadOnlyList<Violation> Violations(RpcException failure)
    {
        var trailer = failure.Trailers.GetValueBytes(ViolationsTrailer);
        return trailer is null ? [] : V1.Violations.Parser.ParseFrom(trailer).Violations_;
    }
}
