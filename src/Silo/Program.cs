using Sheaf.Silo;
using Sheaf.Silo.Storage;

if (args.Contains("--help"))
{
    Console.WriteLine(SiloCommandLine.Usage);
    return 0;
}

try
{
    var options = SiloCommandLine.Parse(args);
    using var folder = FolderLock.Take(new(Path.GetFullPath(options.Data)));
    await using var app = SiloHost.Build(options);
    AppDomain.CurrentDomain.UnhandledException += (_, e) => app.Logger.LogCritical(e.ExceptionObject as Exception, "The silo cannot go on.");
    TaskScheduler.UnobservedTaskException += (_, e) =>
    {
        app.Logger.LogError(e.Exception, "Something failed that nobody waited for.");
        e.SetObserved();
    };
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
catch (Exception e) when (e is FormatException or FolderInUseException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
