using Microsoft.Extensions.Logging.Abstractions;
using Sheaf.Contracts.Grains.Messages;
using Sheaf.Silo.Cluster;
using Sheaf.Silo.Coordination;

namespace Sheaf.Tests.Unit.Silo.Coordination;

/// <summary>Who calls how often when a silo dies: some silos, each with coordinators of its own, that say every now and then what they lead.</summary>
public class ResumptionTests
{
    private const int Silos = 5;
    private const int Experiments = 200;

    private readonly World _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DeadSilo_EachExperimentIsTouchedOnceHoweverManySilosThereAre()
    {
        _world.Kill(2);
        await _world.All(silo => silo.Resumption.SiloDied(silo == _world.First, Token));
        Assert.Equal(Experiments, _world.Touched.Count);
        Assert.Equal(Experiments, _world.Touched.Distinct().Count());
        Assert.Equal(1, _world.Lists);
        Assert.All(_world.Unfinished, id => Assert.Contains(_world.Living, silo => silo.Places.Here.Contains(id)));
    }

    [Fact]
    public async Task DeadSilo_TheFirstOneIsFollowedByTheNext()
    {
        _world.Kill(0);
        await _world.All(silo => silo.Resumption.SiloDied(silo == _world.First, Token));
        Assert.Equal(Experiments, _world.Touched.Count);
    }

    [Fact]
    public async Task ExperimentsThatAreLed_AreNotTouchedByBeats()
    {
        for (var beat = 0; beat < 3; beat++)
        {
            await _world.All(silo => silo.Resumption.Beat(silo == _world.First, Token));
        }

        Assert.Empty(_world.Touched);
    }

    [Fact]
    public async Task SiloThatStarts_TouchesNothingThatIsLedElsewhere()
    {
        await _world.Living[3].Resumption.Start(Token);
        Assert.Empty(_world.Touched);
    }

    [Fact]
    public async Task ClusterThatStarts_TakesAllUp()
    {
        var alone = new World(leads: false);
        await alone.Living[3].Resumption.Start(Token);
        Assert.Equal(Experiments, alone.Touched.Distinct().Count());
    }

    [Fact]
    public async Task FirstSiloThatHangs_TheOthersTakeUpWhatNobodyLeadsAtTheSecondBeat()
    {
        var lost = _world.Living[2].Places.Here;
        _world.Kill(2);
        await Others(silo => silo.Resumption.Beat(false, Token));
        Assert.Empty(_world.Touched);
        await Others(silo => silo.Resumption.Beat(false, Token));
        Assert.Equal(lost.Order(), _world.Touched.Distinct().Order());

        Task Others(Func<Silo, Task> act) => Task.WhenAll(_world.Living.Where(silo => silo != _world.First).Select(act));
    }

    [Fact]
    public async Task TouchThatFails_IsRepeatedAtTheNextBeatAndHoldsUpNoOther()
    {
        _world.Kill(2);
        _world.Failing = _world.Unfinished.First(id => !_world.Living.Any(silo => silo.Places.Here.Contains(id)));
        await _world.First.Resumption.SiloDied(true, Token);
        Assert.Equal(_world.Failing, Assert.Single(_world.Unfinished, id => !_world.Living.Any(silo => silo.Places.Here.Contains(id))));
        var failed = _world.Failing;
        _world.Failing = null;
        _world.Touched.Clear();
        await _world.All(silo => silo.Resumption.Beat(silo == _world.First, Token));
        Assert.Equal([failed], _world.Touched);
    }

    private sealed class World : IResumeCalls, ISiloHealth
    {
        private readonly Lock _gate = new();
        private readonly HashSet<string> _dead = [];
        private readonly List<Silo> _silos = [];

        public World(bool leads = true)
        {
            foreach (var number in Enumerable.Range(0, Silos))
            {
                var places = new CoordinatorPlaces(this);
                _silos.Add(new($"silo-{number}", places, new(this, places, 8, NullLogger.Instance)));
            }

            foreach (var number in Enumerable.Range(0, leads ? Experiments : 0))
            {
                _silos[number % Silos].Places.Set($"e{number}", true);
            }

            Announce();
        }

        public IReadOnlyList<string> Unfinished { get; } = [.. Enumerable.Range(0, Experiments).Select(number => $"e{number}")];

        public IReadOnlyList<Silo> Living => [.. _silos.Where(silo => !_dead.Contains(silo.Address))];

        public Silo First => Living[0];

        public List<string> Touched { get; } = [];

        public int Lists { get; private set; }

        public string? Failing { get; set; }

        public void Kill(int number) => _dead.Add(_silos[number].Address);

        public async Task All(Func<Silo, Task> act)
        {
            await Task.WhenAll(Living.Select(act));
            Announce();
        }

        public bool IsDead(string siloAddress) => _dead.Contains(siloAddress);

        public string StatusOf(string siloAddress) => "";

        Task<IReadOnlyList<string>> IResumeCalls.Unfinished()
        {
            lock (_gate)
            {
                Lists++;
                return Task.FromResult(Unfinished);
            }
        }

        /// <summary>Activates the coordinator on the first of the living silos, unless one has it.</summary>
        public Task Touch(string experimentId)
        {
            lock (_gate)
            {
                Touched.Add(experimentId);
                if (experimentId == Failing)
                {
                    throw new TimeoutException("it does not answer");
                }

                if (!Living.Any(silo => silo.Places.Here.Contains(experimentId)))
                {
                    First.Places.Set(experimentId, true);
                }

                return Task.CompletedTask;
            }
        }

        private void Announce()
        {
            var all = Living.Select(silo => new SiloInfo
            {
                Name = silo.Address,
                Address = silo.Address,
                Pid = 0,
                Version = "",
                Fingerprint = "",
                Devices = [],
                Coordinates = silo.Places.Here,
            }).ToArray();
            foreach (var silo in Living)
            {
                silo.Places.Hear(all, silo.Address);
            }
        }
    }

    private sealed record Silo(string Address, CoordinatorPlaces Places, Resumption Resumption);
}
