using System.Text.Json.Serialization;

namespace Sheaf.Api.Security;

/// <summary>A line of the audit log. Nothing in it is a secret, nor a part of one.</summary>
/// <param name="Time">When the call ended.</param>
/// <param name="Who">Of the token, or what OpenID Connect calls the caller; empty: not known.</param>
/// <param name="Role">Empty: none.</param>
/// <param name="From">Address and port of the caller, as this server sees it.</param>
/// <param name="Call">As the protos name it.</param>
/// <param name="Object">The experiment or the silo; empty: not known, as the request was refused before it was read.</param>
/// <param name="Outcome">OK, or the name of gRPC's status.</param>
internal sealed record AuditRecord(
    DateTimeOffset Time, string Who, string Role, string From, string Call, [property: JsonPropertyName("object")] string Object, string Outcome);
