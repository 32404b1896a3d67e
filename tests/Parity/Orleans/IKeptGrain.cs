namespace Sheaf.Tests.Parity.Orleans;

/// <summary>One that is not collected.</summary>
internal interface IKeptGrain : IGrainWithStringKey
{
    Task<int> Calls();
}
