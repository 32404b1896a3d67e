using Orleans.Placement;

namespace Sheaf.Tests.Interop.Orleans.Cluster;

internal interface IPlaceGrain : IGrainWithStringKey
{
    Task<string> Where();

    Task<byte[]> Echo(byte[] bytes);

    ValueTask<int> Add(int number);
}

internal abstract class PlaceGrainBase : Grain, IPlaceGrain
{
    private int _sum;

    public Task<string> Where() => Task.FromResult(RuntimeIdentity);

    public Task<byte[]> Echo(byte[] bytes) => Task.FromResult(bytes);

    public ValueTask<int> Add(int number) => new(_sum += number);
}

[RandomPlacement]
internal sealed class PlaceGrain : PlaceGrainBase;
