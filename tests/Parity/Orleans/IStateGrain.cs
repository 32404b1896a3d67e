namespace Sheaf.Tests.Parity.Orleans;

internal interface IStateGrain : IGrainWithStringKey
{
    Task<int> Value();

    /// <summary>Writes as our grains do.</summary>
    Task Set(int value);

    /// <summary>Calls since this activation began.</summary>
    Task<int> Calls();

    /// <summary>Has <see cref="Grain.OnDeactivateAsync"/> write this value.</summary>
    Task SetAtTheEnd(int value);

    Task EndNow();
}
