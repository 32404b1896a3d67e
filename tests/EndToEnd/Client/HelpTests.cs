using System.CommandLine;
using Sheaf.Client.Commands;
using Sheaf.Client.Failures;

namespace Sheaf.Tests.EndToEnd.Client;

public sealed class HelpTests
{
    public static TheoryData<string> AllVerbs()
    {
        using var client = new TestClient();
        return [.. Paths(CommandTree.Build(client.Host()), "")];

        static IEnumerable<string> Paths(Command command, string path) =>
            command.Subcommands.SelectMany(child => Paths(child, $"{path} {child.Name}".Trim())).Prepend(path);
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task Help_OfEveryVerb_HasADescriptionAndAnExampleOfThatVerb(string verb)
    {
        using var client = new TestClient();

        Assert.Equal(ExitCode.Ok, await client.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]));

        Assert.Matches("Description:\n +[A-Z]", client.Out.Text);
        Assert.Contains($"\nExamples:\n  ./sheaf {verb}".TrimEnd(), client.Out.Text, StringComparison.Ordinal);
        Assert.Empty(client.Error.Text);
    }

    /// <summary>Where a verb takes an argument, the library takes an unknown option for one.</summary>
    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task UnknownOption_OfEveryVerb_IsCalledOne(string verb)
    {
        using var client = new TestClient();

        Assert.Equal(ExitCode.BadUsage, await client.RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--no-such-option"]));

        Assert.Contains("has no option --no-such-option", client.Error.Text, StringComparison.Ordinal);
    }

    /// <summary>As a script gives it whose variable is not set.</summary>
    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task EmptyValue_OfAnyTextThatAVerbTakes_IsBadUsage(string verb)
    {
        using var host = new TestClient();
        var path = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var root = CommandTree.Build(host.Host());
        var command = path.Aggregate((Command)root, (parent, name) => parent.Subcommands.Single(c => c.Name == name));
        if (command.Action is null)
        {
            return;
        }

        string[] whole =
        [
            .. path, .. command.Arguments.Select(_ => "x"),
            .. command.Options.Where(option => option.Required).SelectMany(option => new[] { option.Name, option.Name == "--role" ? "viewer" : "1" }),
        ];
        var texts = command.Options.Concat(root.Options).Where(option => option.ValueType == typeof(string)).Select(option => option.Name).ToList();
        var options = texts.Select(
            name => (string[])[.. whole.Where((text, place) => text != name && (place == 0 || whole[place - 1] != name)), name, ""]);
        foreach (var empty in options
            .Concat(command.Arguments.Select((_, place) => (string[])[.. whole.Select((text, at) => at == path.Length + place ? "" : text)])))
        {
            using var client = new TestClient();

            Assert.True(await client.RunAsync(empty) == ExitCode.BadUsage, $"{string.Join(' ', empty)}: {client.Error.Text}");

            Assert.Matches("is empty; it takes|is '', which it cannot be|--name takes 1 to 64", client.Error.Text);
        }
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public async Task TextThatIsNoNumber_OfAnyNumberThatAVerbTakes_IsToldInItsWords(string verb)
    {
        using var host = new TestClient();
        var path = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var command = path.Aggregate((Command)CommandTree.Build(host.Host()), (parent, name) => parent.Subcommands.Single(c => c.Name == name));
        Type[] numbers = [typeof(int), typeof(int?), typeof(long), typeof(long?)];
        foreach (var option in command.Options.Where(option => numbers.Contains(option.ValueType)))
        {
            foreach (var text in (string[])["abc", "1.5", "18446744073709551616"])
            {
                using var client = new TestClient();

                Assert.Equal(ExitCode.BadUsage, await client.RunAsync([.. path, option.Name, text]));

                Assert.Contains($"{option.Name} is '{text}'; it takes a whole number of at most ", client.Error.Text, StringComparison.Ordinal);
                Assert.DoesNotContain("System.", client.Error.Text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(AllVerbs))]
    public void Examples_OfEveryVerb_AreGoodCommandLines(string verb)
    {
        using var client = new TestClient();
        var root = CommandTree.Build(client.Host());
        var command = verb.Split(' ', StringSplitOptions.RemoveEmptyEntries).Aggregate(
            (Command)root, (parent, name) => parent.Subcommands.Single(c => c.Name == name));

        foreach (var example in ((Verb)command).Examples)
        {
            Assert.Empty(root.Parse(example.Arguments.Split(" > ")[0]).Errors);
        }
    }

    [Fact]
    public async Task Help_OfTheRoot_ListsEveryExitCode()
    {
        using var client = new TestClient();

        await client.RunAsync("--help");

        foreach (var (code, meaning) in ExitCode.All)
        {
            Assert.Contains($"{code,3}  {meaning}", client.Out.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("lst", "did you mean `./sheaf list`?")]
    [InlineData("checkpoint dwonload", "did you mean `./sheaf checkpoint download`?")]
    [InlineData("run --wrokers 2", "did you mean --workers?")]
    [InlineData("list --output jsn", "did you mean json?")]
    [InlineData("zebra", "the verbs are run, submit,")]
    [InlineData("spec", "it has validate, explain")]
    [InlineData("describe", "how to call it: ./sheaf describe --help")]
    public async Task UnknownWord_GetsTheNearestKnownOne(string line, string hint)
    {
        using var client = new TestClient();

        Assert.Equal(ExitCode.BadUsage, await client.RunAsync(line.Split(' ')));

        Assert.Contains(hint, client.Error.Text, StringComparison.Ordinal);
        Assert.Empty(client.Out.Text);
    }

    [Fact]
    public async Task NoArguments_PrintsTheHelpAndIsBadUsage()
    {
        using var client = new TestClient();

        Assert.Equal(ExitCode.BadUsage, await client.RunAsync());

        Assert.Contains("Examples:", client.Out.Text, StringComparison.Ordinal);
    }
}
