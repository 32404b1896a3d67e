using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.Placement;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>Activation, deactivation with its reasons, timers, placement and the silo's own lifecycle.</summary>
public sealed class LifecycleTests
{
    internal interface ILifeGrain : IGrainWithStringKey
    {
        Task<int> Touch();

        Task Hold(string name);

        Task DeactivateNow();

        Task Delay(TimeSpan time);

        Task StartTimer(string name, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive);

        Task StopTimer();
    }

    [Fact]
    public async Task IdleGrain_IsDeactivatedWithTheReason_AndComesBackNew()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        Assert.Equal(1, await grain.Touch());
        Assert.Equal(2, await grain.Touch());

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(3, await grain.Touch());
        time.Advance(TimeSpan.FromMinutes(7));
        await silo.Probe.Reported("a deactivated: ActivationIdle");

        Assert.Equal(1, await grain.Touch());
    }

    [Fact]
    public async Task GrainThatIsCalledOrBusy_IsNotDeactivatedForBeingIdle()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");

        var call = grain.Hold("x");
        await silo.Probe.Reported("x begins");
        time.Advance(TimeSpan.FromMinutes(30));
        silo.Probe.Open("x");
        await Assert.ThrowsAsync<TimeoutException>(() => call);

        Assert.Equal(1, await grain.Touch());
        Assert.DoesNotContain(silo.Probe.Log, line => line.Contains("deactivated"));
    }

    [Fact]
    public async Task DelayDeactivation_KeepsAnIdleGrain()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");

        await grain.Delay(TimeSpan.FromMinutes(30));
        time.Advance(TimeSpan.FromMinutes(20));
        Assert.Equal(1, await grain.Touch());
        time.Advance(TimeSpan.FromMinutes(25));

        await silo.Probe.Reported("a deactivated: ActivationIdle");
    }

    [Fact]
    public async Task DeactivateOnIdle_EndsTheGrainAfterItsCall_AndWaitingCallsReachTheNext()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        await grain.Touch();

        var held = grain.Hold("x");
        await silo.Probe.Reported("x begins");
        var end = grain.DeactivateNow();
        var next = grain.Touch();
        silo.Probe.Open("x");
        await Task.WhenAll(held, end);

        Assert.Equal(1, await next);
        Assert.Contains("a deactivated: ApplicationRequested", silo.Probe.Log);
    }

    [Fact]
    public async Task Shutdown_DeactivatesEveryGrainWithTheReason_AndRefusesNewCalls()
    {
        var silo = await TestSilo.StartAsync();
        await using (silo)
        {
            for (var i = 0; i < 10; i++)
            {
                await silo.Grains.GetGrain<ILifeGrain>($"grain-{i}").Touch();
            }

            await silo.StopAsync();

            Assert.Equal(10, silo.Probe.Log.Count(line => line.EndsWith("deactivated: ShuttingDown", StringComparison.Ordinal)));
            await Assert.ThrowsAsync<SiloUnavailableException>(() => silo.Grains.GetGrain<ILifeGrain>("grain-0").Touch());
        }
    }

    [Fact]
    public async Task ActivationThatFails_FailsTheCallWithItsException_AndTheNextCallTriesAgain()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>("fails once");

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Touch());

        Assert.Equal("not yet", exception.Message);
        Assert.Equal(1, await grain.Touch());
        Assert.DoesNotContain(silo.Probe.Log, line => line.Contains("deactivated"));
    }

    [Fact]
    public async Task Timer_CountsItsPeriodFromTheCallbacksEnd()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        await grain.StartTimer("t", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), interleave: true, keepAlive: false);

        time.Advance(TimeSpan.FromSeconds(1));
        await silo.Probe.Reported("t 1 begins");
        time.Advance(TimeSpan.FromSeconds(5));
        await grain.Touch();
        Assert.DoesNotContain("t 2 begins", silo.Probe.Log);
        silo.Probe.Open("t 1");
        await silo.Probe.Reported("t 1 ends");
        await grain.Touch();
        time.Advance(TimeSpan.FromSeconds(1));

        await silo.Probe.Reported("t 2 begins");
        silo.Probe.Open("t 2");
    }

    [Fact]
    public async Task Timer_WaitsForItsTurn_UnlessItInterleaves()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        silo.Probe.Open("t 1");
        await grain.StartTimer("t", TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan, interleave: false, keepAlive: false);
        var held = grain.Hold("x");
        await silo.Probe.Reported("x begins");

        time.Advance(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain("t 1 begins", silo.Probe.Log);
        silo.Probe.Open("x");
        await held;

        await silo.Probe.Reported("t 1 ends");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Timer_KeepsItsGrainOnlyWhenAsked(bool keepAlive)
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");
        for (var i = 1; i <= 10; i++)
        {
            silo.Probe.Open($"t {i}");
        }

        await grain.StartTimer("t", TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2), interleave: false, keepAlive);
        for (var i = 1; i <= 5 && (keepAlive || i <= 2); i++)
        {
            time.Advance(TimeSpan.FromMinutes(2));
            await silo.Probe.Reported($"t {i} ends");
            await silo.Probe.Reported($"t {i} done");
        }

        if (keepAlive)
        {
            Assert.Equal(1, await grain.Touch());
            Assert.DoesNotContain(silo.Probe.Log, line => line.Contains("deactivated"));
        }
        else
        {
            time.Advance(TimeSpan.FromMinutes(3));
            await silo.Probe.Reported("a deactivated: ActivationIdle");
        }
    }

    [Fact]
    public async Task Timer_ThatIsDisposed_DoesNotTick()
    {
        var time = new FakeTimeProvider();
        await using var silo = await StartAsync(time);
        var grain = silo.Grains.GetGrain<ILifeGrain>("a");

        await grain.StartTimer("t", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), interleave: false, keepAlive: false);
        await grain.StopTimer();
        time.Advance(TimeSpan.FromSeconds(10));
        await grain.Touch();

        Assert.DoesNotContain("t 1 begins", silo.Probe.Log);
    }

    [Fact]
    public async Task Lifecycle_StartsStagesInOrderAndStopsThemInReverse()
    {
        var silo = await TestSilo.StartAsync(s =>
        {
            s.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, Participant>();
            s.AddStartupTask(async (services, _) =>
            {
                await services.GetRequiredService<IGrainFactory>().GetGrain<ILifeGrain>("a").Touch();
                services.GetRequiredService<Probe>().Report("startup task");
            });
        });
        await using (silo)
        {
            await silo.StopAsync();
            Assert.Equal(
                ["start 10000", "start 20000", "startup task", "stop 20000", "a deactivated: ShuttingDown", "stop 10000"],
                StartupTaskLast(silo.Probe.Log));
        }
    }

    [Fact]
    public async Task Membership_OfOneSilo_IsItself()
    {
        var silo = await TestSilo.StartAsync();
        await using (silo)
        {
            var membership = silo.Services.GetRequiredService<IClusterMembershipService>();
            var address = silo.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;
            Assert.Equal(SiloStatus.Active, membership.CurrentSnapshot.GetSiloStatus(address));
            await using var updates = membership.MembershipUpdates.GetAsyncEnumerator(TestContext.Current.CancellationToken);
            Assert.True(await updates.MoveNextAsync());
            Assert.False(await membership.TryKill(address));

            var next = updates.MoveNextAsync();
            await silo.StopAsync();

            Assert.True(await next);
            Assert.NotEqual(SiloStatus.Active, updates.Current.GetSiloStatus(address));
        }
    }

    [Fact]
    public async Task Placement_AsksTheRegisteredDirector_WithTheRequestsContext()
    {
        await using var silo = await TestSilo.StartAsync(s => s.AddPlacementDirector<ProbedPlacement, ProbedDirector>());
        RequestContext.Set("where", "here");

        await silo.Grains.GetGrain<IPlacedGrain>("p").Touch();
        await silo.Grains.GetGrain<IPlacedGrain>("p").Touch();
        RequestContext.Clear();

        Assert.Equal(["place placed/p: here"], silo.Probe.Log);
    }

    // The startup task runs beside the other observers of its stage.
    private static List<string> StartupTaskLast(IEnumerable<string> log)
    {
        var list = log.ToList();
        var task = list.IndexOf("startup task");
        Assert.InRange(task, 1, 2);
        list.RemoveAt(task);
        list.Insert(2, "startup task");
        return list;
    }

    private static Task<TestSilo> StartAsync(TimeProvider time) => TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton(time);
        silo.Configure<GrainCollectionOptions>(o =>
        {
            o.CollectionAge = TimeSpan.FromMinutes(5);
            o.CollectionQuantum = TimeSpan.FromMinutes(1);
        });
    });

    internal interface IPlacedGrain : IGrainWithStringKey
    {
        Task Touch();
    }

    internal sealed class ProbedPlacement : PlacementStrategy;

    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class ProbedPlacementAttribute() : global::Orleans.Placement.PlacementAttribute(new ProbedPlacement());

    internal sealed class ProbedDirector(Probe probe) : IPlacementDirector
    {
        public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
        {
            probe.Report($"place {target.GrainIdentity}: {target.RequestContextData!["where"]}");
            return Task.FromResult(context.GetCompatibleSilos(target)[0]);
        }
    }

    [ProbedPlacement]
    [GrainType("placed")]
    internal sealed class PlacedGrain : Grain, IPlacedGrain
    {
        public Task Touch() => Task.CompletedTask;
    }

    internal sealed class Participant(Probe probe) : ILifecycleParticipant<ISiloLifecycle>
    {
        public void Participate(ISiloLifecycle lifecycle)
        {
            foreach (var stage in new[] { ServiceLifecycleStage.Active, ServiceLifecycleStage.ApplicationServices })
            {
                lifecycle.Subscribe("probe", stage, _ => Report($"start {stage}"), _ => Report($"stop {stage}"));
            }
        }

        private Task Report(string line)
        {
            probe.Report(line);
            return Task.CompletedTask;
        }
    }

    internal sealed class LifeGrain(Probe probe) : Grain, ILifeGrain
    {
        private int _calls;
        private int _ticks;
        private IGrainTimer? _timer;

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            if (this.GetPrimaryKeyString() == "fails once" && !probe.Log.Contains("failed"))
            {
                probe.Report("failed");
                throw new InvalidOperationException("not yet");
            }

            return Task.CompletedTask;
        }

        public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
        {
            probe.Report($"{this.GetPrimaryKeyString()} deactivated: {reason.ReasonCode}");
            return Task.CompletedTask;
        }

        public Task<int> Touch() => Task.FromResult(++_calls);

        public async Task Hold(string name)
        {
            probe.Report($"{name} begins");
            await probe.Gate(name);
        }

        public Task DeactivateNow()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }

        public Task Delay(TimeSpan time)
        {
            DelayDeactivation(time);
            return Task.CompletedTask;
        }

        public Task StartTimer(string name, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive)
        {
            _timer = this.RegisterGrainTimer(
                async token =>
                {
                    var tick = ++_ticks;
                    probe.Report($"{name} {tick} begins");
                    await probe.Gate($"{name} {tick}");
                    probe.Report($"{name} {tick} ends");

                    _ = ReportLater($"{name} {tick} done");
                },
                new GrainTimerCreationOptions { DueTime = due, Period = period, Interleave = interleave, KeepAlive = keepAlive });
            return Task.CompletedTask;
        }

        // Some turns after the callback's, when the timer is armed again.
        private async Task ReportLater(string line)
        {
            for (var i = 0; i < 5; i++)
            {
                await Task.Yield();
            }

            probe.Report(line);
        }

        public Task StopTimer()
        {
            _timer!.Dispose();
            return Task.CompletedTask;
        }
    }
}
