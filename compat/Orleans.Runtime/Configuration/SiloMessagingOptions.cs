namespace Orleans.Configuration;

public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>How often a request is sent on when it meets an activation that is on its way out. Default 2.</summary>
    public int MaxForwardCount { get; set; } = 2;

    /// <summary>For calls between silos themselves. Default 30 s.</summary>
    public TimeSpan SystemResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
