using System.CommandLine;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class ReplayVerb
{
    public static Verb Create(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var step = new Option<long>("--step") { Description = "A committed step, from 0", HelpName = "N", Required = true };
        var verb = new Verb("replay",
            "Compute a step again on one silo, from the checkpoint before it, and compare its gradient with the ledger's. Exit code 1 where they differ.",
            new Example("replay fashion-mnist-lenet-3f2a9c --step 1234", "and the steps between the checkpoint and it"),
            new Example("replay fashion-mnist-lenet-3f2a9c --step 0 --output json", "a JSON line a step; the last is {\"event\":\"verdict\",...}"));
        verb.Arguments.Add(id);
        verb.Options.Add(step);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new ReplayRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id), Step = invocation.Parsed.GetRequiredValue(step) };
            ReplayVerdict? verdict = null;
            await foreach (var message in server.StreamAsync($"replay step {request.Step} of {request.ExperimentId}",
                options => server.Experiments.Replay(request, options), invocation.Interrupted))
            {
                verdict = message.Verdict ?? verdict;
                if (invocation.Json)
                {
                    ReplayOutput.WriteJson(host.Out, message);
                }
                else
                {
                    ReplayOutput.WriteText(host.Out, message, request.Step, invocation.Ink);
                }
            }

            return verdict is { Same: true } ? ExitCode.Ok : ExitCode.RunFailed;
        });
        return verb;
    }
}
