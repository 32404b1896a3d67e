using System.Text.RegularExpressions;
using Google.Protobuf;
using Grpc.Core;
using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Api.Services;

/// <summary>Checks of requests, and the statuses of what is wrong with them.</summary>
internal static partial class Requests
{
    public const string ViolationsTrailer = "sheaf-violations-bin";

    /// <summary>Ids are names of folders and keys of grains: nothing else may pass.</summary>
    public static string Id(string id) => IdPattern().IsMatch(id)
        ? id
        : throw new RpcException(new(StatusCode.InvalidArgument, $"'{id}' is no experiment id; it has 1 to 63 characters of a-z, 0-9 and '-', and begins with a letter or a digit."));

    public static string BasePath(string path) => Path.IsPathFullyQualified(path)
        ? path
        : throw new RpcException(new(StatusCode.InvalidArgument, $"base_path '{path}' is not an absolute path."));

    public static RpcException NotFound(string id) => new(new(StatusCode.NotFound, $"There is no experiment '{id}'. 'sheaf list' shows all."));

    public static RpcException Invalid(IReadOnlyList<Violation> violations)
    {
        var wire = new V1.Violations();
        wire.Violations_.AddRange(violations.Select(WireMap.Violation));
        var text = violations.Count == 1 ? violations[0].Message : $"The spec has {violations.Count} mistakes.";
        return new(new(StatusCode.InvalidArgument, text), new Metadata { { ViolationsTrailer, wire.ToByteArray() } });
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();
}
