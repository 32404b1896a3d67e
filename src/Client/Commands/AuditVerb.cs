using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Rendering;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class AuditVerb
{
    public static Verb Create(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var verb = new Verb("audit", "Prove from the ledger that every sample was used exactly once in every epoch, and list the generations: members, leases, "
            + "and why each began. Exit code 1 where it is not proven.",
            new Example("audit fashion-mnist-lenet-3f2a9c", "for a person"),
            new Example(
                "audit fashion-mnist-lenet-3f2a9c --output json", "generations, epochs and findings as JSON lines; the last is {\"event\":\"verdict\",...}"));
        verb.Arguments.Add(id);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new AuditRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id) };
            AuditVerdict? verdict = null;
            await foreach (var message in server.StreamAsync($"audit {request.ExperimentId}", options => server.Experiments.Audit(request, options),
                invocation.Interrupted))
            {
                verdict = message.Verdict ?? verdict;
                if (invocation.Json)
                {
                    AuditOutput.WriteJson(host.Out, message);
                }
                else
                {
                    AuditOutput.WriteText(host.Out, message, host.Time.LocalTimeZone, invocation.Ink);
                }
            }

            return verdict is { Proven: true } ? ExitCode.Ok : ExitCode.RunFailed;
        });
        return verb;
    }
}
