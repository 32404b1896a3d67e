using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

/// <summary>`audit`: what arrives, as it arrives.</summary>
internal static class AuditOutput
{
    public static void WriteText(TextWriter output, AuditMessage message, TimeZoneInfo zone, Ink ink)
    {
        switch (message.KindCase)
        {
            case AuditMessage.KindOneofCase.Generation:
                var generation = message.Generation;
                output.WriteLine($"generation {generation.Number} from "
                    + $"step {Format.Count(generation.FromStep)}, {Format.Time(generation.Began, zone)}: {generation.Reason}; state from {generation.Origin}; "
                    + $"reduction {generation.Reduction}");
                foreach (var worker in generation.Workers)
                {
                    output.WriteLine($"  worker {worker.Number} on {worker.Device} of {worker.Silo}: {Shards(worker)}");
                }

                break;
            case AuditMessage.KindOneofCase.Epoch:
                var epoch = message.Epoch;
                var verdict = epoch switch
                {
                    { Clean: false } => ink.Bad("not proven"),
                    { Whole: true } => ink.Good("every sample exactly once"),
                    _ => ink.Good("no sample twice so far"),
                };
                output.WriteLine($"epoch {epoch.Epoch + 1}, steps {Format.Count(epoch.FirstStep)} to {Format.Count(epoch.EndStep - 1)}: {verdict}");
                break;
            case AuditMessage.KindOneofCase.Finding:
                output.WriteLine(ink.Bad(message.Finding.Message));
                break;
            case AuditMessage.KindOneofCase.Verdict:
                output.WriteLine(message.Verdict.Proven ? ink.Good(message.Verdict.Summary) : ink.Bad(message.Verdict.Summary));
                break;
        }
    }

    public static void WriteJson(TextWriter output, AuditMessage message)
    {
        switch (message.KindCase)
        {
            case AuditMessage.KindOneofCase.Generation:
                JsonLine.Write(output, "generation", json => ExperimentJson.WriteGeneration(json, message.Generation));
                break;
            case AuditMessage.KindOneofCase.Epoch:
                JsonLine.Write(output, "epoch", json =>
                {
                    json.WriteNumber("epoch", message.Epoch.Epoch);
                    json.WriteNumber("first_step", message.Epoch.FirstStep);
                    json.WriteNumber("end_step", message.Epoch.EndStep);
                    json.WriteBoolean("whole", message.Epoch.Whole);
                    json.WriteBoolean("clean", message.Epoch.Clean);
                });
                break;
            case AuditMessage.KindOneofCase.Finding:
                JsonLine.Write(output, "finding", json =>
                {
                    json.WriteNumber("step", message.Finding.Step);
                    if (message.Finding.HasShard)
                    {
                        json.WriteNumber("shard", message.Finding.Shard);
                    }
                    else
                    {
                        json.WriteNull("shard");
                    }

                    json.WriteString("kind", message.Finding.Kind);
                    json.WriteString("message", message.Finding.Message);
                });
                break;
            case AuditMessage.KindOneofCase.Verdict:
                JsonLine.Write(output, "verdict", json =>
                {
                    json.WriteBoolean("proven", message.Verdict.Proven);
                    json.WriteNumber("steps", message.Verdict.Steps);
                    json.WriteNumber("total_steps", message.Verdict.TotalSteps);
                    json.WriteNumber("samples_per_epoch", message.Verdict.SamplesPerEpoch);
                    json.WriteNumber("findings", message.Verdict.Findings);
                    json.WriteNumber("generations", message.Verdict.Generations);
                    json.WriteString("summary", message.Verdict.Summary);
                });
                break;
        }
    }

    public static string Shards(Worker worker) =>
        worker.ShardCount == 1 ? $"shard {worker.FirstShard}" : $"shards {worker.FirstShard}-{worker.FirstShard + worker.ShardCount - 1}";
}
