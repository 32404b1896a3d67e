using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Sheaf.Tests.Interop.Orleans;

/// <summary>[PersistentState] and storage providers.</summary>
public sealed class StateTests
{
    internal interface IStateGrain : IGrainWithStringKey
    {
        Task<int> Add(int amount);

        Task<(int Value, bool Exists)> Get();

        Task Clear();

        Task Deactivate();
    }

    internal interface IMisconfiguredGrain : IGrainWithStringKey
    {
        Task Touch();
    }

    [Fact]
    public async Task State_IsThereBeforeActivation_AndSurvivesDeactivation()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IStateGrain>("a");

        Assert.Equal((0, false), await grain.Get());
        Assert.Equal(5, await grain.Add(5));
        await grain.Deactivate();
        Assert.Equal((5, true), await grain.Get());
        await grain.Clear();
        Assert.Equal((0, false), await grain.Get());
    }

    [Fact]
    public async Task State_ChangedByAnother_FailsTheWrite_AndTheGrainBeginsAnew()
    {
        await using var silo = await StartAsync();
        var grain = silo.Grains.GetGrain<IStateGrain>("a");
        await grain.Add(5);
        silo.Services.GetRequiredService<Store>().Set("counter", GrainId.Create("state", "a"), """{"Value":100}""");

        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Add(1));

        Assert.Equal(101, await grain.Add(1));
    }

    [Fact]
    public async Task State_OfAProviderThatIsNotRegistered_FailsTheCallWithItsName()
    {
        await using var silo = await StartAsync();

        var exception = await Assert.ThrowsAsync<BadProviderConfigException>(() => silo.Grains.GetGrain<IMisconfiguredGrain>("a").Touch());

        Assert.Contains("missing", exception.Message);
    }

    private static Task<TestSilo> StartAsync() => TestSilo.StartAsync(silo =>
    {
        silo.Services.AddSingleton<Store>();
        silo.Services.AddGrainStorage("Default", (services, _) => services.GetRequiredService<Store>());
    });

    internal sealed class Counter
    {
        public int Value { get; set; }
    }

    internal sealed class Store : IGrainStorage
    {
        private readonly ConcurrentDictionary<(string, GrainId), (string Json, int Version)> _rows = new();

        public void Set(string name, GrainId id, string json) => _rows.AddOrUpdate((name, id), _ => (json, 1), (_, row) => (json, row.Version + 1));

        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (_rows.TryGetValue((stateName, grainId), out var row))
            {
                grainState.State = JsonSerializer.Deserialize<T>(row.Json)!;
                grainState.ETag = row.Version.ToString();
                grainState.RecordExists = true;
            }

            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check(stateName, grainId, grainState.ETag);
            Set(stateName, grainId, JsonSerializer.Serialize(grainState.State));
            grainState.ETag = _rows[(stateName, grainId)].Version.ToString();
            grainState.RecordExists = true;
            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            Check(stateName, grainId, grainState.ETag);
            _rows.TryRemove((stateName, grainId), out _);
            grainState.ETag = null;
            grainState.RecordExists = false;
            grainState.State = Activator.CreateInstance<T>();
            return Task.CompletedTask;
        }

        private void Check(string stateName, GrainId grainId, string? tag)
        {
            var stored = _rows.TryGetValue((stateName, grainId), out var row) ? row.Version.ToString() : null;
            if (stored != tag)
            {
                throw new InconsistentStateException("changed", stored, tag);
            }
        }
    }

    internal sealed class StateGrain([PersistentState("counter")] IPersistentState<Counter> counter) : Grain, IStateGrain
    {
        private bool _existedAtActivation;

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            _existedAtActivation = counter.RecordExists;
            return Task.CompletedTask;
        }

        public async Task<int> Add(int amount)
        {
            counter.State.Value += amount;
            await counter.WriteStateAsync();
            return counter.State.Value;
        }

        public Task<(int Value, bool Exists)> Get() => Task.FromResult((counter.State.Value, _existedAtActivation && counter.RecordExists));

        public Task Clear() => counter.ClearStateAsync();

        public Task Deactivate()
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }
    }

    internal sealed class MisconfiguredGrain([PersistentState("state", "missing")] IPersistentState<Counter> state) : Grain, IMisconfiguredGrain
    {
        public Task Touch() => Task.FromResult(state.State);
    }
}
