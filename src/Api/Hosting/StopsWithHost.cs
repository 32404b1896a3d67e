namespace Sheaf.Api.Hosting;

/// <summary>
/// Ends calls when the server stops: a stream that somebody follows has no other end, and the web server waits for it as long as it may. Whoever follows
/// asks another server.
/// </summary>
internal static class StopsWithHost
{
    public static void UseStopsWithHost(this WebApplication app) => app.Use(async (HttpContext context, RequestDelegate next) =>
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, app.Lifetime.ApplicationStopping);
        context.RequestAborted = either.Token;
        await next(context);
    });
}
