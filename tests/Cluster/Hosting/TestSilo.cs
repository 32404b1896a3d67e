using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sheaf.Api.Hosting;
using Sheaf.Api.Security;
using Sheaf.Contracts.Grains;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo;
using Sheaf.Training.Faults;

namespace Sheaf.Tests.Cluster.Hosting;

/// <summary>A whole silo in this process, on free ports. Waiting is done by watching an experiment.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestSilo(WebApplication app, ScriptedFaults faults) => (_app, Faults) = (app, faults);

    /// <summary>No test should take as long; it only ends one that hangs.</summary>
    public static CancellationToken Guard =>
        CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken, new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token).Token;

    public ScriptedFaults Faults { get; }

    public IServiceProvider Services => _app.Services;

    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <summary>In the cluster.</summary>
    public string Address => _app.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString();

    public Announcement Addresses => Announcement.Of(_app);

    public static async Task<TestSilo> Start(TestFolder folder, string devices = "cpu:4", Action<WebApplicationBuilder>? configure = null,
        SecurityOptions? security = null)
    {
        var faults = new ScriptedFaults();
        var options = new SiloOptions
        {
            Data = folder.Data, Listen = "127.0.0.1:0", Http = "127.0.0.1:0", Devices = devices, Name = "alone",
            Security = security ?? new()
        };
        var app = SiloHost.Build(options, builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            builder.Services.AddSingleton<IFaultInjector>(faults);
            configure?.Invoke(builder);
        });
        await app.StartAsync(Guard);
        return new(app, faults);
    }

    public Task<SubmitAnswer> Try(TestFolder folder, string id, string spec) =>
        Coordinator(id).Submit(new() { ExperimentId = id, SpecYaml = spec, BasePath = folder.Root });

    public async Task<ExperimentView> Submit(TestFolder folder, string id, string spec)
    {
        var answer = await Try(folder, id, spec);
        Assert.True(answer.Violations.Count == 0, string.Join("; ", answer.Violations.Select(violation => $"{violation.Key}: {violation.Message}")));
        return answer.View!;
    }

    public ICoordinatorGrain Coordinator(string id) => Grains.GetGrain<ICoordinatorGrain>(id);

    public IExperimentGrain Experiment(string id) => Grains.GetGrain<IExperimentGrain>(id);

    /// <summary>The experiment when it has ended.</summary>
    public Task<ExperimentView> Ended(string id) => Until(id, view => view.Run.State is RunState.Completed or RunState.Failed or RunState.Cancelled);

    public async Task<ExperimentView> Completed(string id)
    {
        var view = await Ended(id);
        Assert.True(view.Run.State == RunState.Completed, $"{view.Run.State}: {view.Run.Reason}");
        return view;
    }

    /// <summary>The experiment as it is at the first change of state after which the condition holds.</summary>
    public async Task<ExperimentView> Until(string id, Func<ExperimentView, bool> condition)
    {
        var last = "never seen";
        await foreach (var update in Experiment(id).Watch(0, false, Guard))
        {
            if (update.View is { } view)
            {
                if (condition(view))
                {
                    return view;
                }

                last = $"{view.Run.State} ({view.Run.Reason})";
            }
        }

        throw new InvalidOperationException($"'{id}' ended, and was not what was waited for; it was {last}.");
    }

    /// <summary>The first event of the experiment whose message fulfils the condition.</summary>
    public async Task<RunEvent> Told(string id, Func<string, bool> condition)
    {
        await foreach (var update in Experiment(id).Watch(0, false, Guard))
        {
            if ((update.View?.Events ?? []).Append(update.Event).FirstOrDefault(happened => happened is not null && condition(happened.Message)) is { } told)
            {
                return told;
            }
        }

        throw new InvalidOperationException($"'{id}' ended before it told what was waited for.");
    }

    public async Task<List<StepCommit>> Steps(string id)
    {
        var steps = new List<StepCommit>();
        await foreach (var block in Experiment(id).Steps(0, Guard))
        {
            steps.AddRange(block.Steps);
        }

        return steps;
    }

    public async ValueTask DisposeAsync()
    {
        using var stopping = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _app.StopAsync(stopping.Token);
        await _app.DisposeAsync();
    }
}
