using Sheaf.Api.Options;
using Sheaf.Gateway;
using Sheaf.Silo;
using Sheaf.Tests.Unit.Specs;

namespace Sheaf.Tests.Unit.Api.Options;

/// <summary>The lists of options in docs/operations.md are made from the source. SHEAF_WRITE_DOCS=1 renews them.</summary>
public sealed class OptionDocumentTests
{
    private const string Begin = "<!-- Options: generated from the source. To renew: SHEAF_WRITE_DOCS=1 "
        + "dotnet test --project tests/Unit --filter-class '*OptionDocumentTests' -->\n";
    private const string End = "<!-- End of the options -->\n";

    [Fact]
    public void Operations_SayWhatTheSourceSays()
    {
        var path = Path.Combine(SpecTexts.Repository, "docs", "operations.md");
        var text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= Begin.Length && end >= begin, "docs/operations.md has no place for the options.");
        var meant = $"{text[..begin]}{Tables()}{text[end..]}";
        if (Environment.GetEnvironmentVariable("SHEAF_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, meant);
        }

        Assert.Equal(meant, File.ReadAllText(path));
    }

    private static string Tables()
    {
        var shared = SiloCommandLine.Table.Entries.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var own = GatewayCommandLine.Table.Entries.Where(entry => !shared.Contains(entry.Name) || entry.Heading == "The gateway");
        return OptionPages.Markdown(SiloCommandLine.Table, SiloCommandLine.Table.Entries)
            + "\nA gateway has the options of access, of the database and of the API, and these:\n\n"
            + OptionPages.Markdown(GatewayCommandLine.Table, own);
    }
}
