using Grpc.Core;

namespace Sheaf.Api.Security;

/// <summary>Says what to do about a request that is too long; that it is refused is the libraries' work, who say only that.</summary>
internal static class RequestSize
{
    private const string Status = "grpc-status";
    private const string Message = "grpc-message";

    /// <summary>How gRPC's library begins what it says of it.</summary>
    private const string LibrarySays = "Received message exceeds";

    public static void UseRequestSize(this WebApplication app, SecurityOptions options)
    {
        var refused = app.Services.GetRequiredService<RefusedCalls>();
        var sentence = $"The request is longer than {options.MaxRequest} bytes: make it shorter; data belong into files that the spec names. The server's "
            + $"option --max-request says how long it may be.";
        app.Use(async (HttpContext context, RequestDelegate next) =>
        {
            if (context.Request.ContentLength > options.MaxRequest)
            {
                refused.Count(RefusalCause.Size);
                await Refusal.WriteAsync(context, StatusCode.ResourceExhausted, StatusCodes.Status413PayloadTooLarge, sentence);
                return;
            }

            await next(context);
            var headers = context.Response.Headers;
            if (!context.Response.HasStarted && headers[Status] == "8" && headers[Message].ToString().StartsWith(LibrarySays, StringComparison.Ordinal))
            {
                refused.Count(RefusalCause.Size);
                headers[Message] = Uri.EscapeDataString(sentence);
            }
        });
    }
}
