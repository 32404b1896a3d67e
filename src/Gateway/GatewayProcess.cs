using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Surroundings;

namespace Sheaf.Gateway;

/// <summary>A gateway from its command line to its end. What keeps it from starting is one sentence on standard error.</summary>
internal static class GatewayProcess
{
    private const int Failed = 1;
    private const int Refused = 2;

    /// <returns>The exit code: that of a probe; 0 after an end in order, 2 where the command line or the surroundings refuse it, 1 where it failed.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            if (arguments.Any(argument => argument is "--help" or "-h"))
            {
                Console.WriteLine(GatewayCommandLine.Usage);
                return 0;
            }

            if (await HealthProbe.RunAsync(arguments, GatewayOptions.DefaultHttp, Console.Out) is { } health)
            {
                return health;
            }

            ForeignVariables.Clear();
            SheafVariables.Check(
                Environment.GetEnvironmentVariables().Keys.Cast<string>(),
                mistake => new FormatException($"{mistake} Rename or unset it."),
                mistake => Say($"warning: {mistake}"));
            var options = GatewayCommandLine.Parse(arguments);
            Endpoints.DemandFree(options.Endpoints);
            if (options.Announce is { } announce && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(announce))))
            {
                throw new FormatException($"--announce {Printable.Of(announce)}: expected a file in a folder that exists.");
            }

            await using var app = GatewayHost.Build(options);
            await RunAsync(app, options);
            return 0;
        }
        catch (Exception e) when (e is FormatException or ClusterRefusedException or IOException or UnauthorizedAccessException)
        {
            Say(e.Message);
            return Refused;
        }
#pragma warning disable CA1031 // Whatever it is, whoever started the gateway reads it: one sentence, and no abort.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Say($"The gateway failed ({e.GetType().Name}): {e.Message}");
            return Failed;
        }
    }

    private static async Task RunAsync(WebApplication app, GatewayOptions options)
    {
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It was asked to end before it had found a silo.
            return;
        }

        var announcement = Announcement.Of(app);
        app.Logger.LogInformation("Listening on {Grpc} (gRPC) and {Http}.", announcement.Grpc, announcement.Http);
        if (options.Announce is { } path)
        {
            announcement.Write(path);
        }

        await app.WaitForShutdownAsync();
    }

    private static void Say(string text)
    {
        try
        {
            Console.Error.WriteLine(Printable.Lines(text));
        }
        catch (Exception nowhere) when (nowhere is IOException or UnauthorizedAccessException)
        {
            // The exit code says it.
        }
    }
}
