using System.Text.RegularExpressions;

namespace Sheaf.Tests.Architecture;

/// <summary>Times and limits that a server lives by are options, so that an operator finds them, can change them, and is told where they contradict.</summary>
public sealed partial class LimitTests
{
    /// <summary>Times and limits that are none of an operator, by file and name; a folder stands for all in it. Each with its reason.</summary>
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["src/Client/"] = "The CLI's patience with a server; its user sees what it waits for, and stops it with Ctrl-C.",
        ["src/Api/Security/CallLimits.cs:TimeSpan"] = "--max-calls is a number of calls in a second.",
        ["src/Api/Hosting/HealthProbe.cs:AnswersWithin"] = "A probe is a process of its own, with the time-out of the supervisor that runs it.",
        ["src/Api/Hosting/HealthProbe.cs:TimeSpan"] = "The same.",
        ["src/Api/Security/TokensText.cs:LongestName"] = "The format of the file of tokens.",
        ["src/Api/Security/AuditLog.cs:LongestObject"] = "The format of the audit log.",
        ["src/Api/Diagnosis/WhyExplainer.cs:StuckSteps"] = "When `why` calls a worker stuck: it decides on a sentence, not on what a server does.",
        ["src/Api/Diagnosis/WhyExplainer.cs:StuckSeconds"] = "The same.",
        ["src/Api/Diagnosis/WhyExplainer.cs:SilentSeconds"] = "The same.",
        ["src/Database/SiloTable.cs:Seconds"] = "A question of the CLI, as those of src/Client.",
        ["src/Silo/Audits/LedgerAudit.cs:MostFindings"] = "The length of a report for a person.",
        ["src/Silo/Definitions/ExperimentDefinition.cs:Kept"] = "A memory of what can be made again at any time.",
        ["src/Silo/Experiments/ExperimentGrain.cs:SequenceReserve"] = "The format of what is stored of an experiment.",
        ["src/Silo/Experiments/ExperimentIndex.cs:PageSize"] = "The format of the stored list of experiments.",
        ["src/Silo/Experiments/ExperimentIndex.cs:MaxReadsAtOnce"] = "A page is read at a time unless there are many; it bounds the memory of one start.",
        ["src/Silo/Faults/FaultFile.cs:TimeSpan"] = "For tests of the product's faults.",
        ["src/Silo/Faults/FaultPlan.cs:LongestDelay"] = "The same.",
        ["src/Silo/Storage/ObjectStores/S3Upload.cs:PartBytes"] = "The protocol of an object store: the size and number of parts of an upload.",
        ["src/Silo/Storage/ObjectStores/S3Upload.cs:MostParts"] = "The protocol of an object store: the size and number of parts of an upload.",
        ["src/Silo/Storage/StateFileNames.cs:MaxLength"] = "The file system's.",
        ["src/Silo/Coordination/ConnectedSet.cs:MostForSearch"] = "The largest set for which all subsets are looked at: an algorithm's.",
        ["src/Silo/Serving/RowPredictions.cs:RowsInMessage"] = "The format of a stream of messages.",
        ["src/Silo/Serving/RowPredictions.cs:MaxPictures"] = "The range of a request.",
        ["src/Silo/Serving/RowPredictions.cs:LargestPicture"] = "The format of an answer.",
        ["src/Silo/Serving/RowPredictions.cs:PicturesInMessage"] = "The format of a stream of messages.",
        ["src/Silo/Serving/RowPredictions.cs:MaxRocClasses"] = "The format of an answer.",
        ["src/Silo/Workers/FinalValues.cs:MaxOfClasses"] = "The length of a table for a person.",
        ["src/Silo/Serving/CheckpointFiles.cs:ChunkBytes"] = "The format of a stream of messages.",
        ["src/Api/Options/OptionSources.cs:LargestFile"] = "A larger file is not one of options.",
        ["src/Surroundings/Security/ReloadedFiles.cs:MostBytes"] = "A larger file is not one of certificates or tokens.",
        ["src/Silo/UserCode/TrialRunner.cs:LastWords"] = "The length of a sentence for a person.",
        ["src/Surroundings/Machine.cs:LeastAddressSpace"] = "What libtorch and the run time need, which no option can lower.",
        ["src/Surroundings/Endpoints.cs:FirstPort"] = "A port's number, not a limit.",
        ["src/Surroundings/Endpoints.cs:LastPort"] = "The same.",
        ["src/Surroundings/Security/ApiToken.cs:Bytes"] = "The format of a token.",
        ["src/Transport/Wire/FrameHeader.cs:Size"] = "The wire's format.",
        ["src/Surroundings/Endpoints.cs:MostAttempts"] = "The search for a free port among twenty thousand.",
        ["src/Surroundings/DeviceOffer.cs:MaxCount"] = "The range of --devices.",
        ["src/Transport/Links/LinkOut.cs:MostResets"] = "How long a process takes to die, in connections: the kernel's.",
        ["src/Transport/StateTransfer/StateCodec.cs:LongestHead"] = "The wire's format.",
        ["src/Transport/Links/SecureSocket.cs:BufferBytes"] = "A buffer, which changes no behaviour.",
        ["src/Transport/StateTransfer/StateStream.cs:PieceBytes"] = "The wire's format.",
        ["src/Transport/Exchange/PeerCollective.cs:MostGoodbyeBytes"] = "The wire's format.",
        ["src/Transport/Exchange/PeerLayout.cs:LargestChunk"] = "All silos must cut a gradient alike.",
        ["src/Transport/Exchange/PeerLayout.cs:SmallestChunk"] = "The same.",
        ["src/Transport/Exchange/PeerChannel.cs:MostFrames"] = "A buffer, which changes no behaviour.",
        ["src/Transport/Exchange/PeerChannel.cs:TurnBytes"] = "The same.",
        ["src/Transport/Wire/Handshake.cs:MostBytes"] = "The wire's format.",
    };

    private static readonly IReadOnlyList<SourceFile> Sources = SourceFile.In("src", "*.cs");

    [Fact]
    public void Limits_StandInTheOptions()
    {
        var found = Limits(Sources).ToList();
        Assert.NotEmpty(found);
        var bare = found.Where(each => !Reasons.Keys.Any(reason =>
            each == reason || (reason.EndsWith('/') && each.StartsWith(reason, StringComparison.Ordinal))));
        Assert.True(!bare.Any(), $"Make it an option (src/Silo/Options, src/Api/Options), or give the reason why it is none:\n{string.Join("\n", bare)}");
    }

    [Fact]
    public void Reasons_AreOfLimitsThatAreThere()
    {
        var found = Limits(Sources).ToList();
        Assert.All(Reasons.Keys, reason => Assert.Contains(found, each => each.StartsWith(reason, StringComparison.Ordinal)));
    }

    [Fact]
    public void Rule_FindsTimesAndLimits_AndNotThoseOfOptions() => Assert.Equal(
        ["src/Silo/A.cs:TimeSpan", "src/Silo/A.cs:MostLosses", "src/Training/B.cs:TimeSpan"],
        Limits([
            new("src/Silo/A.cs", "x = TimeSpan.FromSeconds(2); private const int MostLosses = 3; TimeSpan.FromSeconds(seconds);"),
            new("src/Training/B.cs", "TimeSpan.FromMinutes(1) private const int MostLosses = 3;"),
            new("src/Silo/Options/COptions.cs", "TimeSpan.FromMinutes(1) private const int MostLosses = 3;"),
        ]));

    /// <summary>"path:name", or "path:TimeSpan" of a time that is written where it is used.</summary>
    private static IEnumerable<string> Limits(IEnumerable<SourceFile> files)
    {
        foreach (var file in files.Where(file => !file.Path.EndsWith("Options.cs", StringComparison.Ordinal)))
        {
            if (Time().IsMatch(file.Text))
            {
                yield return $"{file.Path}:TimeSpan";
            }

            // What training and specs limit are formats and mathematics.
            foreach (Match limit in ServerFolder().IsMatch(file.Path) ? Limit().Matches(file.Text) : Enumerable.Empty<Match>())
            {
                yield return $"{file.Path}:{limit.Groups["name"].Value}";
            }
        }
    }

    [GeneratedRegex(@"TimeSpan\.From\w+\(\d", RegexOptions.None, 1000)]
    private static partial Regex Time();

    [GeneratedRegex("^src/(Silo|Api|Gateway|Transport|Surroundings|Database)/", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ServerFolder();

    [GeneratedRegex(
        @"(const|static readonly) (int|long|double|float|TimeSpan) (?<name>((Most|Max|Least|Min|Longest|Largest|Shortest|Smallest|First|Last)[A-Z]\w*)|"
            + @"\w*(Kept|Seconds|Period|Every|Within|After|Patience|Attempts|AtOnce|Limit|InMessage|Reserve|Size|Steps|Bytes))\b",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Limit();
}
