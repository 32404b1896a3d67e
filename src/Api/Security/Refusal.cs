using System.Text.Json;
using Grpc.Core;

namespace Sheaf.Api.Security;

/// <summary>Answers a request that no method of the API sees, in the form that its caller reads: gRPC's status, or the error body of the REST calls.</summary>
internal static class Refusal
{
    public static Task WriteAsync(HttpContext context, StatusCode code, int http, string message)
    {
        var response = context.Response;
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true)
        {
            // Only trailers, which HTTP/2 then sends as headers.
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = "application/grpc";
            response.Headers["grpc-status"] = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
            response.Headers["grpc-message"] = Uri.EscapeDataString(message);
            return Task.CompletedTask;
        }

        response.StatusCode = http;
        response.ContentType = "application/json";
        return response.WriteAsync(JsonSerializer.Serialize(new { code = (int)code, message, details = Array.Empty<string>() }), context.RequestAborted);
    }
}
