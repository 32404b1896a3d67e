using System.CommandLine;
using System.CommandLine.Parsing;
using Sheaf.Specs;

namespace Sheaf.Client.Commands;

/// <summary>The options that override a spec, shared by the verbs that read one.</summary>
internal sealed class SpecOptions
{
    private readonly Option<int?> _workers = new("--workers", "-w")
    {
        Description = "How many workers train: overrides the spec's workers. Any number gives "
        + "the same bits", HelpName = "N"
    };
    private readonly Option<long?> _seed = new("--seed") { Description = "Overrides the spec's seed", HelpName = "N" };
    private readonly Option<string[]> _set = new("--set")
    {
        Description = "Overrides any key of the spec; repeatable", HelpName = "key=value",
        DefaultValueFactory = _ => []
    };
    private readonly Option<string?> _name = new("--name") { Description = "Overrides the spec's name; the experiment's id begins with it", HelpName = "NAME" };

    public SpecOptions(Command command)
    {
        _set.Validators.Add(Validate);
        foreach (var option in (Option[])[_workers, _seed, _set, _name])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>In the order in which they apply: the special options win over --set.</summary>
    public IReadOnlyList<SpecOverride> Overrides(ParseResult parsed)
    {
        var overrides = parsed.GetValue(_set)!.Select(SpecOverride.Parse).ToList();
        Add("workers", parsed.GetValue(_workers)?.ToString());
        Add("seed", parsed.GetValue(_seed)?.ToString());
        Add("name", parsed.GetValue(_name));
        return overrides;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                overrides.Add(new SpecOverride(key, value));
            }
        }
    }

    private static void Validate(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            try
            {
                _ = SpecOverride.Parse(token.Value);
            }
            catch (FormatException wrong)
            {
                result.AddError($"--set: {wrong.Message}");
            }
        }
    }
}
