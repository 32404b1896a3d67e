using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

internal static class WhyVerb
{
    public static Verb Create(ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var verb = new Verb("why",
            "Say why an experiment is slow, stuck, queued, recovering or dead: the worker, the phase, the cause and what to do next. Answers within 3 s.",
            new Example("why fashion-mnist-lenet-3f2a9c", "for a person"),
            new Example("why fashion-mnist-lenet-3f2a9c --output json", "one JSON object"));
        verb.Arguments.Add(id);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            var request = new WhyRequest { ExperimentId = invocation.Parsed.GetRequiredValue(id) };
            var answer = await server.CallOnceAsync(
                $"ask why {request.ExperimentId} is as it is", options => server.Experiments.WhyAsync(request, options), invocation.Interrupted);
            if (invocation.Json)
            {
                WriteJson(host.Out, request.ExperimentId, answer);
            }
            else
            {
                WriteText(invocation, answer);
            }

            return ExitCode.Ok;
        });
        return verb;
    }

    private static string Name(WhyResponse.Types.Verdict verdict) => verdict switch
    {
        WhyResponse.Types.Verdict.Healthy => "healthy",
        WhyResponse.Types.Verdict.Slow => "slow",
        WhyResponse.Types.Verdict.Stuck => "stuck",
        WhyResponse.Types.Verdict.Queued => "queued",
        WhyResponse.Types.Verdict.Starting => "starting",
        WhyResponse.Types.Verdict.Recovering => "recovering",
        WhyResponse.Types.Verdict.Paused => "paused",
        WhyResponse.Types.Verdict.Dead => "dead",
        WhyResponse.Types.Verdict.Completed => "completed",
        WhyResponse.Types.Verdict.Unreachable => "unreachable",
        WhyResponse.Types.Verdict.Troubled => "troubled",
        _ => "unknown",
    };

    private static void WriteText(Invocation invocation, WhyResponse answer)
    {
        var output = invocation.Host.Out;
        var verdict = Name(answer.Verdict);
        output.WriteLine(answer.Verdict is WhyResponse.Types.Verdict.Healthy or WhyResponse.Types.Verdict.Completed ? invocation.Ink.Good(verdict)
            : invocation.Ink.Bad(verdict));
        if (answer.HasWorker)
        {
            output.WriteLine($"  worker:  {answer.Worker}");
        }

        if (answer.Silo.Length > 0)
        {
            output.WriteLine($"  silo:    {answer.Silo}");
        }

        output.WriteLine($"  phase:   {answer.Phase}");
        output.WriteLine($"  cause:   {answer.Cause}");
        for (var i = 0; i < answer.Next.Count; i++)
        {
            output.WriteLine($"  {(i == 0 ? "next:" : "     ")}    {invocation.Hint(answer.Next[i])}");
        }
    }

    private static void WriteJson(TextWriter output, string id, WhyResponse answer) => JsonLine.Write(output, json =>
    {
        json.WriteString("experiment", id);
        json.WriteString("verdict", Name(answer.Verdict));
        if (answer.HasWorker)
        {
            json.WriteNumber("worker", answer.Worker);
        }
        else
        {
            json.WriteNull("worker");
        }

        json.WriteString("silo", answer.Silo.Length > 0 ? answer.Silo : null);
        json.WriteString("phase", answer.Phase);
        json.WriteString("cause", answer.Cause);
        json.Strings("next", answer.Next);
        json.WriteString("asked", answer.Asked);
    });
}
