namespace Orleans.Configuration;

public class GatewayOptions
{
    /// <summary>Default 1 minute.</summary>
    public TimeSpan GatewayListRefreshPeriod { get; set; } = TimeSpan.FromMinutes(1);
}
