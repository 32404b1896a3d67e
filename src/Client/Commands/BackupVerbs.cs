using System.CommandLine;
using Sheaf.Client.Backups;
using Sheaf.Client.Clusters;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Commands;

/// <summary>backup, restore.</summary>
internal static class BackupVerbs
{
    private const string Checkpoints = "checkpoints";
    private const string None = "none";
    private const string ToElsewhere = "their store's own tools copy those in an object store, such as aws s3 sync; then give --checkpoints none";

    public static Verb Backup(ClientHost host)
    {
        var to = new Option<string>("--to") { Description = "A folder that does not exist, or is empty", Required = true, HelpName = "DIR" };
        var from = new Option<string?>("--checkpoints")
        {
            Description = "The directory of checkpoints that the silos share, or none. Default: that of a cluster of `cluster up`", HelpName = "DIR",
        };
        var verb = new Verb("backup", "Copy all that a cluster keeps: the database and whole checkpoints. Silos may go on meanwhile.",
            new Example("backup --to monday --cluster \"Host=db;Username=sheaf;Database=sheaf\" --checkpoints /shared/checkpoints", "a cluster of yours"),
            new Example("backup --to monday --cluster ~/.local/share/sheaf", "one that `cluster up` started"));
        verb.Options.Add(to);
        verb.Options.Add(from);
        verb.Handle(host, invocation => Copying(host, async () =>
        {
            var (connection, local) = Database(host, invocation, "backup");
            var source = invocation.Parsed.GetValue(from) ?? local?.Checkpoints ?? throw Unnamed("backup", "where the silos keep checkpoints");
            Refuse(source != None && !Directory.Exists(source), $"{source} is no directory", ToElsewhere);
            var folder = Empty(invocation.Parsed.GetRequiredValue(to));
            var target = Path.Combine(folder, Checkpoints);

            // What the database knows must be among the copies: those that were there before it was read, and those that came meanwhile.
            var (count, bytes) = await Copy(source, target, invocation.Interrupted);
            var rows = await Ask("backup", connection, folder, host, invocation.Interrupted);
            var (more, moreBytes) = await Copy(source, target, invocation.Interrupted);
            Tell(host, invocation, $"{folder} has {rows}", count + more, bytes + moreBytes);
        }));
        return verb;
    }

    public static Verb Restore(ClientHost host)
    {
        var from = new Option<string>("--from") { Description = "The folder of a backup", Required = true, HelpName = "DIR" };
        var to = new Option<string?>("--checkpoints")
        {
            Description = "An empty directory that the new silos will share, or none", HelpName = "DIR",
        };
        var verb = new Verb(
            "restore", "Put a backup into a database and a directory in which nothing is. Then start silos: unfinished experiments go on by themselves.",
            new Example("restore --from monday --cluster \"Host=new;Username=sheaf;Database=sheaf\" --checkpoints /shared/new", "before the first silo"));
        verb.Options.Add(from);
        verb.Options.Add(to);
        verb.Handle(host, invocation => Copying(host, async () =>
        {
            var (connection, local) = Database(host, invocation, "restore");
            var folder = Path.GetFullPath(invocation.Parsed.GetRequiredValue(from));
            Refuse(!Directory.Exists(folder), $"{folder} is no directory", "name the folder that `backup` wrote");
            var target = invocation.Parsed.GetValue(to) ?? local?.Checkpoints ?? throw Unnamed("restore", "where the silos will keep checkpoints");
            if (target != None)
            {
                target = Empty(target);
            }

            // The database last: a silo that finds it finds the checkpoints too.
            var (count, bytes) = target == None ? (0, 0) : await Copy(Path.Combine(folder, Checkpoints), target, invocation.Interrupted);
            try
            {
                var rows = await Ask("restore", connection, folder, host, invocation.Interrupted);
                Tell(host, invocation, $"the database has {rows}", count, bytes);
            }
            catch when (count > 0)
            {
                // Nothing was there before.
                Array.ForEach(Directory.GetDirectories(target), made => Directory.Delete(made, recursive: true));
                throw;
            }
        }));
        return verb;
    }

    private static async Task<int> Copying(ClientHost host, Func<Task> work)
    {
        try
        {
            await work();
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new CliException(ExitCode.RunFailed, "the copy is not complete", e.Message, "mend that, delete what was copied, then run it again", e);
        }
    }

    private static (string Connection, ClusterPaths? Local) Database(ClientHost host, Invocation invocation, string verb)
    {
        var named = invocation.Parsed.GetValue(GlobalOptions.Cluster) ?? (host.Variable("SHEAF_CLUSTER") is { Length: > 0 } variable
            ? variable
            : throw Unnamed(verb, "the database", "--cluster CONNECTION or the variable SHEAF_CLUSTER"));
        if (named.Contains('=', StringComparison.Ordinal) || !Directory.Exists(named))
        {
            return (named, null);
        }

        var paths = new ClusterPaths(Path.GetFullPath(named));
        return (ClusterState.Read(paths)?.Connection
            ?? throw new CliException(
                ExitCode.NotFound, $"there is no cluster in {named}", null, $"start it: {host.Name} cluster up --data {ShellWord.Quote(named)}"), paths);
    }

    private static async Task<string> Ask(string question, string connection, string folder, ClientHost host, CancellationToken cancellation)
    {
        var (code, output) = await DatabaseProgram.AskAsync(question, connection, host.Variable, cancellation, folder);
        return code switch
        {
            0 => output.Trim(),
            DatabaseProgram.NoConnectionString => throw new CliException(
                ExitCode.BadUsage, "--cluster is no connection string of PostgreSQL", "it is not repeated here: a part of it may be a password", null),
            DatabaseProgram.NotEmpty => throw new CliException(
                ExitCode.WrongState, "nothing was restored", output, "restore a whole backup into a database in which no cluster was"),
            DatabaseProgram.NoTables => throw new CliException(ExitCode.NotFound, "the database has no tables of Sheaf", null, "name the cluster's database"),
            _ => throw new CliException(ExitCode.Unreachable, "the database cannot be used", output, "check that it runs, and what its user may do"),
        };
    }

    private static Task<(int Count, long Bytes)> Copy(string from, string to, CancellationToken cancellation) =>
        from == None ? Task.FromResult((0, 0L)) : CheckpointCopies.CopyAsync(Path.GetFullPath(from), to, cancellation);

    private static string Empty(string folder)
    {
        Refuse(folder.StartsWith("s3://", StringComparison.OrdinalIgnoreCase), $"{folder} is no directory", ToElsewhere);
        folder = Path.GetFullPath(folder);
        Refuse(File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()), $"{folder} is not empty",
            "name a folder that does not exist");
        return Directory.CreateDirectory(folder).FullName;
    }

    private static void Refuse(bool when, string what, string fix)
    {
        if (when)
        {
            throw new CliException(ExitCode.WrongState, what, null, fix);
        }
    }

    private static CliException Unnamed(string verb, string what, string how = "--checkpoints DIR, or --checkpoints none") =>
        new(ExitCode.BadUsage, $"`{verb}` needs to know {what}", null, $"name it with {how}");

    private static void Tell(ClientHost host, Invocation invocation, string database, int count, long bytes)
    {
        if (invocation.Json)
        {
            JsonLine.Write(host.Out, json =>
            {
                json.WriteNumber("checkpoints", count);
                json.WriteNumber("checkpoint_bytes", bytes);
            });
        }
        else
        {
            var first = char.ToUpperInvariant(database[0]);
            host.Out.WriteLine($"{first}{database[1..]}, and {count} checkpoints of {Format.Bytes(bytes)} are copied and verified.");
        }
    }
}
