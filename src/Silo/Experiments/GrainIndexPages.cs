using Orleans.Storage;
using Sheaf.Api.Cluster;
using Sheaf.Contracts.Grains;
using Sheaf.Silo.Storage;

namespace Sheaf.Silo.Experiments;

/// <summary>Pages as grain states of their own beside the index's: page-000000, page-000001, ...</summary>
internal sealed class GrainIndexPages(IGrainStorage storage, GrainId grain) : IIndexPages
{
    private readonly Dictionary<int, GrainState<IndexPage>> _known = [];

    public async Task<IndexPage?> Read(int number)
    {
        var state = _known[number] = new(new IndexPage());
        try
        {
            await storage.ReadStateAsync(NameOf(number), grain, state);
        }
        catch (Exception e)
        {
            throw new StateStoreException($"Page {number} of the list of experiments could not be read: {FailureText.Of(e)}");
        }

        return state.RecordExists ? state.State : null;
    }

    public async Task Write(int number, IndexPage page)
    {
        if (!_known.TryGetValue(number, out var known))
        {
            _known.Add(number, known = new(new IndexPage()));
        }

        var before = known.State;
        known.State = page;
        try
        {
            await storage.WriteStateAsync(NameOf(number), grain, known);
        }
        catch (Exception e)
        {
            known.State = before;
            if (e is InconsistentStateException)
            {
                throw;
            }

            throw StateWriting.Failed($"Page {number} of the list of experiments", e);
        }
    }

    private static string NameOf(int number) => $"page-{number:d6}";
}
