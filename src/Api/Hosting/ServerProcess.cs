using System.Text;
using Microsoft.Win32.SafeHandles;
using Sheaf.Api.Options;
using Sheaf.Surroundings;

namespace Sheaf.Api.Hosting;

/// <summary>A server's process from its command line to its end. What keeps it from starting is one sentence on standard error.</summary>
internal static class ServerProcess
{
    private const int Failed = 1;
    private const int Refused = 2;
    private const int StandardError = 2;
    private const string ShowOptions = "--show-options";

    /// <param name="kind">What it is called: silo.</param>
    /// <param name="http">Where a probe asks by default.</param>
    /// <param name="refuses">Whether a failure says that command line, surroundings or cluster are not as they must be; its message is the sentence.</param>
    /// <param name="run">Ends when the server does.</param>
    /// <returns>The exit code: that of a probe; 0 after an end in order, 2 where the start is refused, 1 where it failed.</returns>
    public static async Task<int> RunAsync(string kind, string[] arguments, Func<string> usage, string http, Func<Exception, bool> refuses, Func<Task> run)
    {
        try
        {
            if (arguments.Any(argument => argument is "--help" or "-h"))
            {
                Console.WriteLine(usage());
                return 0;
            }

            if (await HealthProbe.RunAsync(arguments, http, Console.Out) is { } health)
            {
                return health;
            }

            await run();
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException || refuses(e))
        {
            Say(e.Message);
            return Refused;
        }
#pragma warning disable CA1031 // Whatever it is, whoever started the server reads it: one sentence, and no abort.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Say($"The {kind} failed ({e.GetType().Name}): {e.Message}");
            return Failed;
        }
    }

    /// <summary>Starts it, says where it listens, also into the file <paramref name="announce"/>, and waits for its end.</summary>
    /// <param name="started">Logs that it has started.</param>
    public static async Task ServeAsync(WebApplication app, string? announce, Action<Announcement> started)
    {
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
        started(announcement);
        if (announce is not null)
        {
            announcement.Write(announce);
        }

        await app.WaitForShutdownAsync();
    }

    /// <exception cref="FormatException">The file to announce in has no folder.</exception>
    public static void DemandFolderOf(string? announce)
    {
        if (announce is not null && !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(announce))))
        {
            throw new FormatException($"--announce {Printable.Of(announce)}: expected a file in a folder that exists.");
        }
    }

    /// <summary>The arguments without the one that asks for the options in force.</summary>
    /// <param name="shows">It was among them.</param>
    public static IReadOnlyList<string> WithoutShow(IReadOnlyList<string> arguments, out bool shows)
    {
        var others = arguments.Where(argument => argument != ShowOptions).ToArray();
        shows = others.Length < arguments.Count;
        return others;
    }

    /// <summary>Logs the options that are not as they are by default; a password is not among them.</summary>
    public static void SayOptions(WebApplication app, OptionTable table, object options)
    {
        if (OptionPages.Changed(table, options) is { Length: > 0 } changed)
        {
            app.Logger.LogInformation("Options that are not the defaults (--show-options prints all): {Options}.", changed);
        }
    }

    public static void Say(string text)
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
