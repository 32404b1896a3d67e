using System.Globalization;
using System.Threading.RateLimiting;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.RateLimiting;

namespace Sheaf.Api.Security;

/// <summary>How much one caller may ask for: calls in a second, and open streams. Callers are told apart by name, strangers by address.</summary>
internal static class CallLimits
{
    public static void AddCallLimits(this IServiceCollection services, SecurityOptions options)
    {
        services.AddRateLimiter(limiter =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, string>(context => IsOfApi(context)
                    ? RateLimitPartition.GetTokenBucketLimiter(CallerOf(context), _ => new()
                    {
                        TokenLimit = options.MaxCalls,
                        TokensPerPeriod = options.MaxCalls,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                        QueueLimit = 0,
                    })
                    : RateLimitPartition.GetNoLimiter("")),
                PartitionedRateLimiter.Create<HttpContext, string>(context => IsOfApi(context) && IsStream(context)
                    ? RateLimitPartition.GetConcurrencyLimiter(CallerOf(context), _ => new() { PermitLimit = options.MaxStreams, QueueLimit = 0 })
                    : RateLimitPartition.GetNoLimiter("")));
            limiter.OnRejected = (rejected, _) => new(Answer(options, rejected));
        });
    }

    private static Task Answer(SecurityOptions options, OnRejectedContext rejected)
    {
        var context = rejected.HttpContext;
        var isRate = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after);
        context.RequestServices.GetRequiredService<RefusedCalls>().Count(isRate ? RefusalCause.Rate : RefusalCause.Streams);
        if (isRate)
        {
            context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return Refusal.WriteAsync(
            context,
            StatusCode.ResourceExhausted,
            StatusCodes.Status429TooManyRequests,
            isRate
                ? $"'{CallerOf(context)}' made more than {options.MaxCalls} calls in a second: wait a second, then repeat. The server's option --max-calls "
                    + $"says how many."
                : $"'{CallerOf(context)}' has {options.MaxStreams} open streams: end one (watch, logs, metrics), then repeat. The server's option "
                    + $"--max-streams says how many.");
    }

    /// <summary>What supervisors ask is always answered.</summary>
    private static bool IsOfApi(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is null;

    private static bool IsStream(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.Type is MethodType.ServerStreaming or MethodType.ClientStreaming
        or MethodType.DuplexStreaming;

    /// <summary>The address, where callers have no names: on a server without tokens all have the same one.</summary>
    private static string CallerOf(HttpContext context) => Caller.Name(context.User) is { Length: > 0 } name && name != Caller.Anonymous
        ? name
        : context.Connection.RemoteIpAddress?.ToString() ?? "";
}
