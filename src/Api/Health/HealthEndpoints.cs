using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sheaf.Api.Cluster;
using Sheaf.Surroundings;

namespace Sheaf.Api.Health;

/// <summary>
/// What supervisors ask: /livez (the process and its threads answer; never the database or another process), /startupz (it has started), /readyz (calls
/// should come here), and the same readiness as gRPC's own health service. None of them asks another process.
/// </summary>
internal static class HealthEndpoints
{
    private const string Ready = "ready";
    private const string Started = "startup";

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddHealthChecks().AddCheck<StartCheck>(Started, tags: [Started]).AddCheck<ReadyCheck>(Ready, tags: [Ready]);
        services.AddGrpcHealthChecks(health =>
        {
            health.Services.Clear();
            foreach (var service in (string[])["", "sheaf.v1.Experiments", "sheaf.v1.Checkpoints", "sheaf.v1.Cluster"])
            {
                health.Services.Map(service, check => check.Tags.Contains(Ready));
            }
        });
    }

    public static void MapHealth(this WebApplication app)
    {
        // Supervisors have no token, and what they learn is no secret.
        app.MapGrpcHealthChecksService().AllowAnonymous();
        app.MapHealthChecks("/livez", new() { Predicate = _ => false, ResponseWriter = (context, _) => Answer(context, "ok\n") }).AllowAnonymous();
        app.MapHealthChecks("/startupz", new()
        {
            Predicate = check => check.Tags.Contains(Started),
            ResponseWriter = (context, report) => Answer(context, report.Status == HealthStatus.Healthy ? "started\n" : "starting\n"),
        }).AllowAnonymous();
        app.MapHealthChecks("/readyz", new()
        {
            Predicate = check => check.Tags.Contains(Ready),
            ResponseWriter = (context, report) => Answer(
                context,
                $"{(report.Status == HealthStatus.Unhealthy ? "not ready" : "ready")}: {report.Entries[Ready].Description}\n"
                    + string.Concat(context.RequestServices.GetRequiredService<ITroubles>().WithExperiments.Select(trouble => $"but: {trouble}\n"))),
        }).AllowAnonymous();
    }

    private static Task Answer(HttpContext context, string text)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(Printable.Lines(text));
    }

    private sealed class StartCheck(StartUp start) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(start.IsDone ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    private sealed class ReadyCheck(IReadiness readiness, IHostApplicationLifetime lifetime) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var obstacle = lifetime.ApplicationStopping.IsCancellationRequested ? "it stops" : readiness.Obstacle;
            return Task.FromResult(obstacle is null ? HealthCheckResult.Healthy(readiness.Summary) : HealthCheckResult.Unhealthy(obstacle));
        }
    }
}
