using System.Text;
using Microsoft.Win32.SafeHandles;
using Sheaf.Api.Cluster;
using Sheaf.Api.Hosting;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Storage;
using Sheaf.Surroundings;
using Sheaf.Training.Devices;

namespace Sheaf.Silo;

/// <summary>A silo from its command line to its end. What keeps it from starting is one sentence on standard error.</summary>
internal static class SiloProcess
{
    private const int Failed = 1;
    private const int Refused = 2;
    private const int StandardError = 2;

    /// <returns>The exit code: that of a probe; 0 after an end in order, 2 where the command line, the surroundings or the cluster refuse it, 1 where it failed.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            if (arguments.Any(argument => argument is "--help" or "-h"))
            {
                Console.WriteLine(SiloCommandLine.Usage);
                return 0;
            }

            if (await HealthProbe.RunAsync(arguments, SiloOptions.DefaultHttp, Console.Out) is { } health)
            {
                return health;
            }

            ForeignVariables.Clear();
            SheafVariables.Check(
                Environment.GetEnvironmentVariables().Keys.Cast<string>(), mistake => new FormatException($"{mistake} Rename or unset it."), mistake => Say($"warning: {mistake}"));
            var options = SiloCommandLine.Parse(arguments);
            CheckMachine(options);
            await using var app = await Build(options);
            await RunAsync(app, options);
            return 0;
        }
        catch (Exception e) when (
            e is FormatException or FolderInUseException or ClusterRefusedException or LibTorchException or IOException or UnauthorizedAccessException)
        {
            Say(e.Message);
            return Refused;
        }
#pragma warning disable CA1031 // Whatever it is, whoever started the silo reads it: one sentence, and no abort.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Say($"The silo failed ({e.GetType().Name}): {e.Message}");
            return Failed;
        }
    }

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

        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It was asked to end before it had started.
            return;
        }

        var announcement = Announcement.Of(app);
        app.Logger.LogInformation(
            "Listening on {Grpc} (gRPC) and {Http}; data in {Data}; offering {Devices}.", announcement.Grpc, announcement.Http, options.Data, options.Devices);
        if (options.Announce is { } path)
        {
            announcement.Write(path);
        }

        await app.WaitForShutdownAsync();
    }

    private static void CheckMachine(SiloOptions options)
    {
        if (Machine.This.Refusal is { } refusal)
        {
            throw new FormatException(char.ToUpperInvariant(refusal[0]) + refusal[1..]);
        }

        Endpoints.DemandFree(options.Endpoints);
        if (options.Announce is { } announce && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(announce))))
        {
            throw new FormatException($"--announce {Printable.Of(announce)}: expected a file in a folder that exists.");
        }
    }

    private static void Say(string text)
    {
        try
        {
            // Console.Error starts a thread when it is first used, for which there may be no memory when there is this to say.
            using var handle = new SafeFileHandle(StandardError, ownsHandle: false);
            using var error = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            error.Write(Encoding.UTF8.GetBytes(Printable.Lines(text) + Environment.NewLine));
        }
        catch (Exception nowhere) when (nowhere is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            // The exit code says it.
        }
    }
}
