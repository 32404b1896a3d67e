namespace Orleans.Configuration;

public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    /// <summary>The silos that find each other share it. Default "default".</summary>
    public string ClusterId { get; set; } = DefaultClusterId;

    /// <summary>The stored state of all clusters of one application shares it. Default "default".</summary>
    public string ServiceId { get; set; } = DefaultServiceId;
}
