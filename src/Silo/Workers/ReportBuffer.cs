using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;

namespace Sheaf.Silo.Workers;

/// <summary>What the device threads of one run have to tell, until the pump takes it. Adding never waits for a call. Thread-safe.</summary>
internal sealed class ReportBuffer
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, WorkerReached> _reached = [];
    private List<WorkerReady> _ready = [];
    private List<StepRecord> _steps = [];
    private List<EvaluationRecord> _evaluations = [];
    private List<CheckpointRecord> _checkpoints = [];
    private List<CheckpointFault> _checkpointFaults = [];
    private List<WorkerFault> _faults = [];
    private List<string> _notes = [];
    private List<LostPeer> _lost = [];
    private Dictionary<string, double> _finalValues = [];
    private int _pauses;
    private TimeSpan _paused;
    private bool _any;

    public void Ready(WorkerReady ready) => Add(() => _ready.Add(ready));

    public void Step(StepRecord step)
    {
        lock (_gate)
        {
            _steps.Add(step);
            _any = true;
        }
    }

    /// <summary>An evaluation or the capture of a checkpoint; sent with the next report.</summary>
    public void Pause(TimeSpan duration)
    {
        lock (_gate)
        {
            _pauses++;
            _paused += duration;
        }
    }

    public void Evaluation(EvaluationRecord evaluation) => Add(() => _evaluations.Add(evaluation));

    public void Checkpoint(CheckpointRecord checkpoint, IReadOnlyDictionary<string, double> finalValues) => Add(() =>
    {
        _checkpoints.Add(checkpoint);
        foreach (var (name, value) in finalValues)
        {
            _finalValues[name] = value;
        }
    });

    public void CheckpointFault(CheckpointFault fault) => Add(() => _checkpointFaults.Add(fault));

    public void Reached(WorkerReached reached) => Add(() => _reached[reached.Worker] = reached);

    public void Fault(WorkerFault fault) => Add(() => _faults.Add(fault));

    /// <summary>A report names a silo once.</summary>
    public void Lost(LostPeer lost) => Add(() =>
    {
        if (_lost.TrueForAll(known => known.SiloAddress != lost.SiloAddress))
        {
            _lost.Add(lost);
        }
    });

    public void Note(string note) => Add(() => _notes.Add(note));

    /// <summary>Everything since the last call; null where there is nothing.</summary>
    public SiloReport? Take(string silo, long generation)
    {
        lock (_gate)
        {
            if (!_any)
            {
                return null;
            }

            var report = new SiloReport
            {
                Silo = silo,
                Generation = generation,
                Ready = _ready,
                Steps = _steps,
                Evaluations = _evaluations,
                Checkpoints = _checkpoints,
                CheckpointFaults = _checkpointFaults,
                Reached = _reached.Values.ToArray(),
                Faults = _faults,
                Notes = _notes,
                FinalValues = _finalValues,
                Lost = _lost,
                Pauses = _pauses,
                PauseMicroseconds = (long)_paused.TotalMicroseconds,
            };
            (
                _ready,
                _steps,
                _evaluations,
                _checkpoints,
                _checkpointFaults,
                _faults,
                _notes,
                _finalValues,
                _lost) = ([], new(_steps.Count), [], [], [], [], [], [], []);
            (_pauses, _paused, _any) = (0, default, false);
            return report;
        }
    }

    private void Add(Action add)
    {
        lock (_gate)
        {
            add();
            _any = true;
        }
    }
}
