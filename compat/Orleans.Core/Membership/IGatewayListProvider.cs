namespace Orleans.Messaging;

public interface IGatewayListProvider
{
    TimeSpan MaxStaleness { get; }

    bool IsUpdatable { get; }

    Task InitializeGatewayListProvider();

    Task<IList<Uri>> GetGateways();
}
