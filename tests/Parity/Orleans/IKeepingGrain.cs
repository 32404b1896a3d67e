using Sheaf.Contracts.Grains.Messages;

namespace Sheaf.Tests.Parity.Orleans;

internal interface IKeepingGrain : IGrainWithStringKey
{
    Task Keep(IReadOnlyList<Violation> value);

    Task<IReadOnlyList<Violation>> Kept();

    Task<float[]> Echo(float[] values);
}
