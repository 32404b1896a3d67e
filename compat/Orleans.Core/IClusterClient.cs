namespace Orleans;

/// <summary>Calls grains from outside of them. Thread-safe.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
