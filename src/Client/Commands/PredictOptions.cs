using System.CommandLine;
using Sheaf.V1;

namespace Sheaf.Client.Commands;

/// <summary>Which rows, and which checkpoint: the options that predict and evaluate share.</summary>
internal sealed class PredictOptions
{
    private static readonly Dictionary<string, Rows> Own = new(StringComparer.Ordinal)
    {
        ["train"] = Rows.Train, ["validation"] = Rows.Validation, ["test"] = Rows.Test,
    };

    private readonly Option<string> _rows = new("--rows")
    {
        Description = "test, validation or train; or a file, at this path on the server too: a table with the columns of the training rows",
        HelpName = "test|validation|train|FILE",
        DefaultValueFactory = _ => "test",
    };

    private readonly Option<long?> _step = new("--step")
    {
        Description = "The step of the checkpoint. Default: the best with early stopping, else the latest", HelpName = "N",
    };

    public PredictOptions(Command command)
    {
        command.Options.Add(_rows);
        command.Options.Add(_step);
    }

    public PredictRequest Request(Invocation invocation, string experiment)
    {
        var request = new PredictRequest { ExperimentId = experiment };
        var asked = invocation.Parsed.GetRequiredValue(_rows);
        if (Own.TryGetValue(asked, out var own))
        {
            request.Rows = own;
        }
        else
        {
            request.File = Path.GetFullPath(asked);
        }

        if (invocation.Parsed.GetValue(_step) is { } wanted)
        {
            request.Step = wanted;
        }

        return request;
    }
}
