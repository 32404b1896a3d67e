using System.CommandLine;
using System.CommandLine.Help;
using Sheaf.Client.Failures;
using Sheaf.Client.Hosting;
using Sheaf.Surroundings;

namespace Sheaf.Client.Commands;

/// <summary>All verbs, and the one way to call them: every failure becomes a readable block and an exit code.</summary>
internal static class CommandTree
{
    /// <summary>Columns of the help; the library fails in fewer, which could not be read either.</summary>
    private const int NarrowestHelp = 60;

    public static Verb Build(ClientHost host)
    {
        var root = new Verb(
            Path.GetFileName(host.Program),
            "Sheaf trains models data-parallel: a spec in, a trained model out, with the same bits on any number of workers.",
            new Example("run examples/fashion-mnist.yaml", "train on this machine, with live progress"),
            new Example("submit examples/fashion-mnist.yaml --follow", "train on a server"),
            new Example("spec explain examples/fashion-mnist.yaml", "every key of a spec, its value and its default"))
        {
            Notes =
            [
                "The starter script has four verbs more: silo (the server; silo --help), test, bench and build.",
                "",
                "Environment: SHEAF_SERVER and SHEAF_CLUSTER (the defaults of --server and --cluster), SHEAF_PROXY (of --proxy), SHEAF_CA (of --ca), "
                    + "SHEAF_TOKEN_FILE and "
                    + "SHEAF_TOKEN (in place of what `login` keeps), NO_COLOR, "
                    + "XDG_DATA_HOME (run keeps its data in XDG_DATA_HOME/sheaf).",
                "",
            ],
        };
        foreach (var verb in (Verb[])[
            RunVerb.Create(host), SubmitVerb.Create(host), ListVerb.Create(host), DescribeVerb.Create(host), WatchVerb.Create(host), LogsVerb.Create(host),
            MetricsVerb.Create(host), SteeringVerbs.Pause(host), SteeringVerbs.Resume(host), SteeringVerbs.Cancel(host), ScaleVerb.Create(host),
                WhyVerb.Create(host), AuditVerb.Create(host),
            ReplayVerb.Create(host), CheckpointVerbs.Create(host), PredictVerb.Create(host), EvaluateVerb.Create(host),
            ReportVerb.Create(host),
            ClusterVerbs.Create(host), DrainVerb.Create(host), DevicesVerb.Create(host), SpecVerbs.Create(host), SummaryVerb.Create(host),
            DataVerbs.Create(host),
            BackupVerbs.Backup(host), BackupVerbs.Restore(host),
            NewVerb.Create(host), LoginVerbs.Login(host), LoginVerbs.Logout(host), LoginVerbs.WhoAmI(host), TokenVerbs.Create(host), DoctorVerb.Create(host),
            VersionVerb.Create(host)])
        {
            root.Subcommands.Add(verb);
        }

        var help = new HelpOption { Recursive = true };
        help.Action = new ExampleHelp(host, new HelpAction { MaxWidth = host.OutIsTerminal ? Math.Max(NarrowestHelp, host.Width()) : int.MaxValue });
        root.Options.Add(help);
        root.Options.Add(GlobalOptions.Server);
        root.Options.Add(GlobalOptions.Cluster);
        root.Options.Add(GlobalOptions.Proxy);
        root.Options.Add(GlobalOptions.Authority);
        root.Options.Add(GlobalOptions.Insecure);
        root.Options.Add(GlobalOptions.Output);
        root.Options.Add(GlobalOptions.NoColor);
        return root;
    }

    /// <returns>The process's exit code.</returns>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> arguments, ClientHost host)
    {
        // "--set x=@y" is a value, not a file of arguments.
        var configuration = new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null };
        var root = Build(host);
        var parsed = root.Parse(arguments.Count == 0 ? ["--help"] : arguments, configuration);
        var invocation = new Invocation(host, parsed);
        try
        {
            SheafVariables.Check(
                host.VariableNames(),
                mistake => new CliException(ExitCode.BadUsage, mistake.ToString(), null, $"rename it, or unset it: unset {mistake.Name}"),
                mistake => host.Error.WriteLine($"warning: {mistake}"));
            if ((parsed.Errors.Count > 0 || (!arguments.Contains("--") && UsageErrors.HasUnknownOption(parsed))) && parsed.Action is not ExampleHelp)
            {
                throw UsageErrors.Explain(parsed, host.Name);
            }

            UsageErrors.DemandNoEmptyValue(parsed, host.Name);
            var code = await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null
                }, CancellationToken.None);
            host.Out.Flush();
            if (code == ExitCode.Ok && host.Output is { Failure: { } reason, IsTold: false })
            {
                throw new CliException(
                    ExitCode.OutputLost,
                    $"standard output cannot be written ({reason})",
                    "what the verb should do is done; its answer is lost",
                    "give it an output that can be written, then run it again");
            }

            return arguments.Count == 0 ? ExitCode.BadUsage : code;
        }
        catch (CliException failure)
        {
            return Report(failure);
        }
        catch (OperationCanceledException) when (host.Interrupts.First.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (OperationCanceledException) when (host.Output.ReaderLeft)
        {
            // It has read all that it wanted.
            return ExitCode.Ok;
        }
#pragma warning disable CA1031 // Whatever it is, a person reads it: one sentence, an exit code of the table, and no call stack.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return Report(new(ExitCode.RunFailed, $"{host.Name} itself failed ({failure.GetType().Name})", failure.Message,
                "run it again; if it happens again, report it with these lines", failure));
        }

        int Report(CliException failure)
        {
            if (WantsJson(invocation))
            {
                ErrorReport.WriteJson(host.Out, failure);
            }

            ErrorReport.WriteText(host.Error, failure, invocation.ErrorInk);
            return failure.ExitCode;
        }
    }

    // The option itself may be what is wrong with the command line.
    private static bool WantsJson(Invocation invocation) =>
        invocation.Parsed.GetResult(GlobalOptions.Output) is not { Errors: { } errors } || !errors.Any() ? invocation.Json : false;
}
