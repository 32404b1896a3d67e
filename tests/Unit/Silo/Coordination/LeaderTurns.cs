using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>What a coordinator grain does when nothing else is under way.</summary>
internal static class LeaderTurns
{
    /// <summary>Hears the report and settles what follows from it.</summary>
    public static async Task<ReportAnswer> Report(this Coordinator leader, SiloReport report)
    {
        leader.Hear(report, out var answer);
        await leader.Tick();
        return answer with { GoesOn = leader.Session?.Generation == report.Generation };
    }
}
