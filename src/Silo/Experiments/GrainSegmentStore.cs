using Orleans.Storage;
using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Experiments;

/// <summary>Segments as grain states of their own beside the experiment's: steps-000000, steps-000001, ...</summary>
internal sealed class GrainSegmentStore(IGrainStorage storage, GrainId grain) : ISegmentStore
{
    private readonly Dictionary<long, GrainState<StepSegment>> _known = [];
    private long _drops;

    public async Task<StepSegment> Read(long index)
    {
        while (true)
        {
            if (_known.TryGetValue(index, out var known))
            {
                return known.State!;
            }

            var (state, drops) = (new GrainState<StepSegment>(new StepSegment()), _drops);
            try
            {
                await storage.ReadStateAsync(NameOf(index), grain, state);
            }
            catch (Exception e)
            {
                throw new StateStoreException($"Part {index} of the ledger of {grain} could not be read: {FailureText.Of(e)}");
            }

            state.State ??= new StepSegment();

            // Whoever has read a segment meanwhile may have written it too, and forgotten it after that.
            if (drops == _drops)
            {
                _known.TryAdd(index, state);
            }
        }
    }

    public async Task Write(long index, StepSegment segment)
    {
        var state = _known[index];
        state.State = segment;
        try
        {
            await storage.WriteStateAsync(NameOf(index), grain, state);
        }
        catch (Exception e) when (e is not InconsistentStateException)
        {
            throw StateWriting.Failed($"Part {index} of the ledger of {grain}", e);
        }
    }

    public async Task<bool> TryAdd(long index, StepSegment segment)
    {
        var state = new GrainState<StepSegment>(segment);
        try
        {
            await storage.WriteStateAsync(NameOf(index), grain, state);
        }
        catch (InconsistentStateException)
        {
            Drop(index);
            return false;
        }
        catch (Exception e)
        {
            throw StateWriting.Failed($"Part {index} of the ledger of {grain}", e);
        }

        _known[index] = state;
        return true;
    }

    public void Drop(long index)
    {
        _drops++;
        _known.Remove(index);
    }

    private static string NameOf(long index) => $"steps-{index:d6}";
}
