using Sheaf.Silo;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Devices;
using Sheaf.Silo.Storage;
using Sheaf.Training.Devices;

if (args.Contains("--help"))
{
    Console.WriteLine(SiloCommandLine.Usage);
    return 0;
}

try
{
    var options = SiloCommandLine.Parse(args);
    var libtorch = OwnLibTorch.Load(Environment.GetEnvironmentVariable);
    await using var app = SiloHost.Build(options);
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
    foreach (var note in new[] { libtorch, app.Services.GetRequiredService<LocalDevices>().Note }.OfType<string>())
    {
        app.Logger.LogWarning("{Note}", note);
    }

    await app.StartAsync();
    var announcement = SiloAnnouncement.Of(app);
    app.Logger.LogInformation("Listening on {Grpc} (gRPC) and {Http}; data in {Data}; offering {Devices}.", announcement.Grpc, announcement.Http, options.Data, options.Devices);
    if (options.Announce is { } path)
    {
        announcement.Write(path);
    }

    await app.WaitForShutdownAsync();
    return 0;
}
catch (Exception e) when (e is FormatException or LibTorchRefusedException or FolderInUseException or ClusterRefusedException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
