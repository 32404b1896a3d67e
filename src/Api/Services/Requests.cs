using System.Text.RegularExpressions;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Api.Services;

/// <summary>Checks of requests, and the statuses of what is wrong with them.</summary>
internal static partial class Requests
{
    public const string ViolationsTrailer = "sheaf-violations-bin";

    /// <summary>A google.rpc.Status, where gRPC's libraries look for it.</summary>
    private const string DetailsTrailer = "grpc-status-details-bin";

    /// <summary>Ids are names of folders and keys of grains: nothing else may pass.</summary>
    public static string Id(string id) => IdPattern().IsMatch(id)
        ? id
        : throw new RpcException(new(StatusCode.InvalidArgument, $"'{id}' is no experiment id; it has 1 to 63 characters of a-z, 0-9 and '-', and begins with "
            + "a letter or a digit."));

    public static string BasePath(string path) => Path.IsPathFullyQualified(path)
        ? path
        : throw new RpcException(new(StatusCode.InvalidArgument, $"base_path '{path}' is not an absolute path."));

    public static RpcException NotFound(string id) => new(new(StatusCode.NotFound, $"There is no experiment '{id}'. 'sheaf list' shows all."));

    public static RpcException Invalid(IReadOnlyList<Violation> violations)
    {
        var wire = new V1.Violations();
        wire.Violations_.AddRange(violations.Select(WireMap.Violation));
        var text = violations.Count == 1 ? violations[0].Message : $"The spec has {violations.Count} mistakes.";
        var trailers = new Metadata { { ViolationsTrailer, wire.ToByteArray() }, { DetailsTrailer, Details(text, violations).ToByteArray() } };
        return new(new(StatusCode.InvalidArgument, text), trailers);
    }

    /// <summary>The same for clients that do not know the trailer: over REST it is the error's body.</summary>
    private static Google.Rpc.Status Details(string text, IReadOnlyList<Violation> violations)
    {
        var bad = new BadRequest();
        bad.FieldViolations.AddRange(violations.Select(violation => new BadRequest.Types.FieldViolation
        {
            Field = violation.Key,
            Description = violation.Line > 0 ? $"line {violation.Line}, column {violation.Column}: {violation.Message}" : violation.Message,
        }));
        return new() { Code = (int)StatusCode.InvalidArgument, Message = text, Details = { Any.Pack(bad) } };
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
