namespace Orleans.Runtime;

public interface IPersistentStateConfiguration
{
    string StateName { get; }

    /// <summary>Null: the default provider.</summary>
    string? StorageName { get; }
}
