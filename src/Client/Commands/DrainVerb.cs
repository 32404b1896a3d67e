using System.CommandLine;
using Sheaf.Client.Connections;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class DrainVerb
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    public static Verb Create(ClientHost host)
    {
        var name = new Argument<string>("SILO") { Description = "The silo's name, as `cluster` shows it" };
        var wait = new Option<bool>("--wait") { Description = "Return when no worker is left on it" };
        var undo = new Option<bool>("--undo") { Description = "Take the silo back into service" };
        var verb = new Verb("drain",
            "Prepare to take a silo away: it gets no new workers, and those that it has leave it at their next until, without a step being lost.",
            new Example("drain silo-2 --wait", "then stop it"),
            new Example("drain silo-2 --undo", "back into service"));
        verb.Arguments.Add(name);
        verb.Options.Add(wait);
        verb.Options.Add(undo);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new DrainRequest { Silo = invocation.Parsed.GetRequiredValue(name), Undo = invocation.Parsed.GetValue(undo) };
            var silo = await DrainAsync(server, request, invocation.Interrupted);
            if (invocation.Parsed.GetValue(wait) && !request.Undo)
            {
                using var timer = new PeriodicTimer(LookEvery, host.Time);
                while (silo.Status is not ("drained" or "dead" or "stopping"))
                {
                    await timer.WaitForNextTickAsync(invocation.Interrupted);
                    silo = await DrainAsync(server, request, invocation.Interrupted);
                }
            }

            Write(invocation, silo, request.Undo);
            return ExitCode.Ok;
        });
        return verb;
    }

    /// <summary>Sent again to ask how far the drain is: the pool may have moved to another silo since, which then learns of it.</summary>
    private static Task<DrainResponse> CallAsync(ServerConnection server, DrainRequest request, CancellationToken cancellation) =>
        server.CallAsync($"drain {request.Silo}", options => server.Cluster.DrainAsync(request, options), cancellation);

    private static async Task<Silo> DrainAsync(ServerConnection server, DrainRequest request, CancellationToken cancellation) =>
        (await CallAsync(server, request, cancellation)).Silo;

    private static void Write(Invocation invocation, Silo silo, bool undone)
    {
        if (invocation.Json)
        {
            JsonLine.Write(invocation.Host.Out, json =>
            {
                json.WriteString("silo", silo.Name);
                json.WriteString("status", silo.Status);
                json.WriteNumber("workers", silo.Workers.Count);
            });
            return;
        }

        var output = invocation.Host.Out;
        if (undone)
        {
            output.WriteLine($"{silo.Name} is {silo.Status}: it may get workers again");
        }
        else if (silo.Workers.Count > 0)
        {
            output.WriteLine($"{silo.Name} is {silo.Status}: {Format.Count(silo.Workers.Count, "worker")} still on it");
            output.WriteLine($"  {invocation.Hint($"drain {silo.Name} --wait")}");
        }
        else
        {
            output.WriteLine($"{silo.Name} is {silo.Status}: no worker is on it; its process may be stopped");
        }
    }
}
