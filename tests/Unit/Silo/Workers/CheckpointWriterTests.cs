using Sheaf.Contracts.Grains.Messages;
using Sheaf.Records;
using Sheaf.Silo.Workers;
using Sheaf.Training.Checkpoints;

namespace Sheaf.Tests.Unit.Silo.Workers;

/// <summary>A snapshot in memory is let go when it is written, or when another one takes its place.</summary>
public class CheckpointWriterTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<long> _written = [];
    private readonly List<CheckpointFault> _faults = [];
    private readonly CheckpointWriter _writer;
    private volatile string? _problem;
    private int _tries;

    public CheckpointWriterTests() => _writer = new(
        Write,
        (record, _, _) =>
        {
            _written.Add(record.Step);
            return Task.CompletedTask;
        },
        _faults.Add,
        new(),
        _time);

    [Fact]
    public async Task WhatCannotBeWritten_IsTriedAgainUntilItCanAndSaidOnce()
    {
        _problem = "no space left";
        _writer.Add(Snapshot(30));
        await Tried(5);
        Assert.Equal(["no space left"], _faults.Select(fault => fault.Message));
        Assert.False(_writer.Idle.IsCompleted);
        _problem = null;
        await _time.AdvanceUntil(_writer.Idle, TestContext.Current.CancellationToken);
        Assert.Equal([30], _written);
    }

    [Fact]
    public async Task ANewerSnapshot_TakesThePlaceOfOneThatCannotBeWritten()
    {
        _problem = "no space left";
        _writer.Add(Snapshot(10));
        await Tried(1);
        _problem = null;
        _writer.Add(Snapshot(20));
        await _time.AdvanceUntil(_writer.Idle, TestContext.Current.CancellationToken);
        Assert.Equal(20, _written[^1]);
    }

    [Fact]
    public async Task End_DoesNotWaitForTheDisk()
    {
        _problem = "no space left";
        _writer.Add(Snapshot(10));
        await Tried(1);
        _writer.End();
        await _writer.Idle.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_written);
    }

    private static CheckpointSnapshot Snapshot(long step) =>
        new() { Step = step, Generation = 1, Weights = [], Optimizer = [], SpecYaml = "", Fingerprint = "" };

    private Task<CheckpointRecord> Write(CheckpointSnapshot snapshot)
    {
        Interlocked.Increment(ref _tries);
        return _problem is { } problem
            ? Task.FromException<CheckpointRecord>(new IOException(problem))
            : Task.FromResult(new CheckpointRecord { Step = snapshot.Step, Generation = 1, Path = "", Bytes = 1, WeightsSha256 = "" });
    }

    private async Task Tried(int times)
    {
        while (Volatile.Read(ref _tries) < times)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(new GenerationOptions().CheckpointLongestPause);
            await Task.Yield();
        }
    }
}
