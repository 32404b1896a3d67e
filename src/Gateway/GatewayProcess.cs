using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Api.Options;
using Sheaf.Surroundings;

namespace Sheaf.Gateway;

/// <summary>A gateway from its command line to its end.</summary>
internal static class GatewayProcess
{
    /// <inheritdoc cref="ServerProcess.RunAsync"/>
    public static Task<int> RunAsync(string[] arguments) =>
        ServerProcess.RunAsync("gateway", arguments, () => GatewayCommandLine.Usage, GatewayOptions.DefaultHttp, e => e is ClusterRefusedException, async () =>
        {
            RegionalFormat.Ignore();
            ForeignVariables.Clear();
            SheafVariables.Check(
                Environment.GetEnvironmentVariables().Keys.Cast<string>(),
                mistake => new FormatException($"{mistake} Rename or unset it."),
                mistake => ServerProcess.Say($"warning: {mistake}"));
            var options = GatewayCommandLine.Parse(ServerProcess.WithoutShow(arguments, out var shows));
            if (shows)
            {
                Console.WriteLine(OptionPages.InForce(GatewayCommandLine.Table, options));
                return;
            }

            Endpoints.DemandFree(options.Endpoints);
            ServerProcess.DemandFolderOf(options.Announce);
            await using var app = GatewayHost.Build(options);
            await ServerProcess.ServeAsync(
                app, options.Announce, announcement =>
                {
                    app.Logger.LogInformation("Listening on {Grpc} (gRPC) and {Http}.", announcement.Grpc, announcement.Http);
                    ServerProcess.SayOptions(app, GatewayCommandLine.Table, options);
                });
        });
}
