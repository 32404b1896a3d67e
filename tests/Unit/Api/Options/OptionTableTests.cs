using Sheaf.Api.Options;
using Sheaf.Gateway;
using Sheaf.Silo;
using Sheaf.Surroundings.Options;

namespace Sheaf.Tests.Unit.Api.Options;

/// <summary>What holds for every option of a silo and of a gateway.</summary>
public sealed class OptionTableTests
{
    public static TheoryData<bool> Servers => [true, false];

    [Theory]
    [MemberData(nameof(Servers))]
    public void Options_HaveNamesOfTheirOwn(bool silo)
    {
        var entries = TableOf(silo).Entries;
        Assert.Equal(entries.Count, entries.Select(entry => entry.Name).Distinct().Count());
        Assert.Equal(entries.Count, entries.Select(entry => entry.Variable).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void Numbers_HaveARangeThatTheirDefaultIsIn(bool silo)
    {
        var table = TableOf(silo);
        Assert.All(table.Entries.Where(entry => table.Default(entry) is TimeSpan or int or long or double && entry.Says.Kind != OptionKind.Port), entry =>
        {
            Assert.NotNull(entry.Says.Least);
            Assert.NotNull(entry.Says.Most);
            Assert.Equal(table.Default(entry), OptionText.Read(entry, entry.Option, OptionText.Show(entry, table.Default(entry))!));
        });
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void Sentences_SayWhatTheOptionIsWithoutAFullStop(bool silo) =>
        Assert.All(TableOf(silo).Entries, entry => Assert.True(
            entry.Says.Meaning.Length > 3 && !entry.Says.Meaning.EndsWith('.') && !char.IsLower(entry.Says.Meaning[0]) || entry.Name is "listen", entry.Name));

    [Theory]
    [MemberData(nameof(Servers))]
    public void Defaults_HaveTheOrderThatOptionsMustHave(bool silo) => Assert.Empty(TableOf(silo).Disorder(TableOf(silo).Bind([], [])));

    [Fact]
    public void Disorder_OfEachOrder_IsSaidWithBothValuesAndWhy() => Assert.All(SiloCommandLine.Table.Orders, order =>
    {
        var table = SiloCommandLine.Table;
        var options = table.Bind([], []);
        order.Lesser.Set(options, Larger(order.Greater.Of(options)!));

        var said = Assert.Single(table.Disorder(options),
            sentence => sentence.Contains($"must be {order.Words} {order.Greater.Option},", StringComparison.Ordinal)
            && sentence.StartsWith($"{order.Lesser.Option} is ", StringComparison.Ordinal));
        Assert.Contains(order.Because, said, StringComparison.Ordinal);
    });

    [Theory]
    [MemberData(nameof(Servers))]
    public void Help_ListsEveryOption(bool silo)
    {
        var help = silo ? SiloCommandLine.Usage : GatewayCommandLine.Usage;
        Assert.All(TableOf(silo).Entries, entry => Assert.Contains($"  {entry.Option}{(entry.IsFlag ? "" : " ")}", help, StringComparison.Ordinal));
        Assert.All(help.Split('\n'), line => Assert.True(line.Length <= 155 && line == line.TrimEnd(), line));
    }

    [Fact]
    public void InForce_IsAFileOfOptionsThatGivesThemAgain_WithoutThePassword()
    {
        using var folder = new OptionFile("");
        var options = SiloCommandLine.Parse(["--data", "/d", "--reports-heartbeat", "1500ms", "--cluster", "Host=db;Password=secret", "--insecure"],
            OptionFile.None);
        var shown = OptionPages.InForce(SiloCommandLine.Table, options);

        Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
        File.WriteAllText(folder.Path, shown);
        var again = SiloCommandLine.Parse(["--options", folder.Path, "--cluster", "Host=db;Password=secret"], OptionFile.None);
        Assert.Equal(options, again);
    }

    [Fact]
    public void Changed_NamesWhatIsNotTheDefault() => Assert.Equal(
        "reports-heartbeat 1500ms",
        OptionPages.Changed(SiloCommandLine.Table, new SiloOptions { Data = null!, Reports = new() { Heartbeat = TimeSpan.FromSeconds(1.5) } }));

    private static OptionTable TableOf(bool silo) => silo ? SiloCommandLine.Table : GatewayCommandLine.Table;

    private static object Larger(object value) => value switch
    {
        TimeSpan time => time + TimeSpan.FromSeconds(1),
        long number => number + 1,
        int number => number + 1,
        _ => throw new NotSupportedException(value.GetType().Name),
    };
}
