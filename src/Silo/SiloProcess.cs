using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Api.Options;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Datasets;
using Sheaf.Silo.Storage;
using Sheaf.Silo.UserCode;
using Sheaf.Surroundings;
using Sheaf.Training.Devices;

namespace Sheaf.Silo;

/// <summary>A silo from its command line to its end.</summary>
internal static class SiloProcess
{
    /// <inheritdoc cref="ServerProcess.RunAsync"/>
    public static Task<int> RunAsync(string[] arguments)
    {
        RegionalFormat.Ignore();
        return TrialProgram.IsMeant(arguments) ? Task.FromResult(TrialProgram.Run(arguments))
            : DescribeProgram.IsMeant(arguments) ? Task.FromResult(DescribeProgram.Run(arguments, Console.In, Console.OpenStandardOutput()))
            : ServeAsync(arguments);
    }

    private static Task<int> ServeAsync(string[] arguments) => ServerProcess.RunAsync(
        "silo",
        arguments,
        () => SiloCommandLine.Usage,
        SiloOptions.DefaultHttp,
        e => e is FolderInUseException or ClusterRefusedException or LibTorchException,
        async () =>
        {
            if (arguments is ["--check-libtorch"])
            {
                LibTorch.Demand();
                Console.WriteLine($"libtorch {TorchSharp.torch.__version__} loads");
                foreach (var gpu in Gpus.Visible)
                {
                    Console.WriteLine($"cuda:{gpu.Index}: {gpu.Model}, {gpu.MemoryBytes >> 20} "
                        + $"MiB{(gpu.Index < Gpus.Usable ? "" : "; this libtorch cannot use it")}");
                }

                return;
            }

            ForeignVariables.Clear();
            SheafVariables.Check(
                Environment.GetEnvironmentVariables().Keys.Cast<string>(),
                mistake => new FormatException($"{mistake} Rename or unset it."),
                mistake => ServerProcess.Say($"warning: {mistake}"));
            var options = SiloCommandLine.Parse(ServerProcess.WithoutShow(arguments, out var shows));
            if (shows)
            {
                Console.WriteLine(OptionPages.InForce(SiloCommandLine.Table, options));
                return;
            }

            CheckMachine(options);
            await using var app = await Build(options);
            await RunAsync(app, options);
        });

    private static async Task<WebApplication> Build(SiloOptions options)
    {
        var loading = Task.Run(LibTorch.Demand);
        try
        {
            var app = SiloHost.Build(options);
            await loading;
            return app;
        }
        catch (OutOfMemoryException memory)
        {
            // Where libtorch could not be loaded either, that says more.
            await loading;
            throw new LibTorchException(
                "libtorch cannot be loaded: there is too little memory, or address space, for it and a silo; "
                + "raise the limit of the container or of the shell (ulimit -v), or stop what takes it",
                memory);
        }
    }

    private static async Task RunAsync(WebApplication app, SiloOptions options)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, e) => app.Logger.LogCritical(e.ExceptionObject as Exception, "The silo cannot go on.");
        TaskScheduler.UnobservedTaskException += (_, e) =>
        {
            app.Logger.LogError(e.Exception, "Something failed that nobody waited for.");
            e.SetObserved();
        };
        if (app.Services.GetService<ClusterPresence>() is { } presence)
        {
            await presence.Pass();
        }

        using var folder = FolderLock.Take(app.Services.GetRequiredService<DataFolder>());
        await ServerProcess.ServeAsync(app, options.Announce, announcement =>
        {
            app.Logger.LogInformation(
                "Listening on {Grpc} (gRPC) and {Http}; data in {Data}; offering {Devices}.",
                announcement.Grpc,
                announcement.Http,
                options.Data,
                options.Devices);
            ServerProcess.SayOptions(app, SiloCommandLine.Table, options);
        });
    }

    private static void CheckMachine(SiloOptions options)
    {
        if (Machine.This.Refusal is { } refusal)
        {
            throw new FormatException(refusal.StartsWith("libtorch", StringComparison.Ordinal) ? refusal : char.ToUpperInvariant(refusal[0]) + refusal[1..]);
        }

        Endpoints.DemandFree(options.Endpoints);
        ServerProcess.DemandFolderOf(options.Announce);
    }
}
