using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>`replay`: for a person only the step that was asked for and those that differ; for a script every step.</summary>
internal static class ReplayOutput
{
    public static void WriteText(TextWriter output, ReplayMessage message, long asked, Ink ink)
    {
        switch (message.KindCase)
        {
            case ReplayMessage.KindOneofCase.Begin:
                var begin = message.Begin;
                output.WriteLine($"from {(begin.Origin == "seed" ? "the seed" : begin.Origin)}, step {Format.Count(begin.FromStep)}, on one worker of "
                    + $"silo {begin.Silo} ({begin.Fingerprint})");
                if (begin.RunFingerprint.Length > 0 && begin.RunFingerprint != begin.Fingerprint)
                {
                    output.WriteLine(ink.Bad($"the run's fingerprint is another one: {begin.RunFingerprint}"));
                }

                break;
            case ReplayMessage.KindOneofCase.Step:
                var step = message.Step;
                var same = step.HasRecordedHash && step.RecordedHash == step.GradientHash;
                if (step.Step == asked || !same)
                {
                    var ledger = step.HasRecordedHash ? $"{step.RecordedHash:x16}" : "nothing recorded";
                    output.WriteLine($"step {Format.Count(step.Step)}: computed {step.GradientHash:x16}, "
                        + $"ledger {ledger}: {(same ? ink.Good("the same") : ink.Bad("different"))}");
                }

                break;
            case ReplayMessage.KindOneofCase.Verdict:
                output.WriteLine(message.Verdict.Same ? ink.Good(message.Verdict.Summary) : ink.Bad(message.Verdict.Summary));
                break;
        }
    }

    public static void WriteJson(TextWriter output, ReplayMessage message)
    {
        switch (message.KindCase)
        {
            case ReplayMessage.KindOneofCase.Begin:
                JsonLine.Write(output, "begin", json =>
                {
                    json.WriteNumber("from_step", message.Begin.FromStep);
                    json.WriteString("origin", message.Begin.Origin);
                    json.WriteString("silo", message.Begin.Silo);
                    json.WriteString("fingerprint", message.Begin.Fingerprint);
                    json.WriteString("run_fingerprint", message.Begin.RunFingerprint);
                });
                break;
            case ReplayMessage.KindOneofCase.Step:
                var step = message.Step;
                JsonLine.Write(output, "step", json =>
                {
                    json.WriteNumber("step", step.Step);
                    json.WriteString("gradient_hash", step.GradientHash.ToString("x16"));
                    json.WriteString("recorded_hash", step.HasRecordedHash ? step.RecordedHash.ToString("x16") : null);
                    json.Number("loss", step.Loss);
                    json.Number("recorded_loss", step.HasRecordedLoss ? step.RecordedLoss : null);
                });
                break;
            case ReplayMessage.KindOneofCase.Verdict:
                JsonLine.Write(output, "verdict", json =>
                {
                    json.WriteBoolean("same", message.Verdict.Same);
                    json.WriteNumber("steps", message.Verdict.Steps);
                    json.WriteString("summary", message.Verdict.Summary);
                });
                break;
        }
    }
}
