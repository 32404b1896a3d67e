using Sheaf.Client.Terminal;
using Sheaf.V1;

namespace Sheaf.Client.Rendering;

internal static class CheckpointTable
{
    public static TextTable Create(IEnumerable<Checkpoint> checkpoints, TimeZoneInfo zone)
    {
        var table = new TextTable("step", "generation", "written", "size", "score", "path");
        foreach (var checkpoint in checkpoints.OrderBy(c => c.Step))
        {
            table.Add(Format.Count(checkpoint.Step), checkpoint.Generation.ToString(), Format.Time(checkpoint.Written, zone), Format.Bytes(checkpoint.Bytes),
                checkpoint.HasScore ? Format.Loss(checkpoint.Score) : "-", checkpoint.Path);
        }

        return table;
    }
}
