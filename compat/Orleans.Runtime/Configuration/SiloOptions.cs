namespace Orleans.Configuration;

public class SiloOptions
{
    /// <summary>Default: "Silo_" and five random characters.</summary>
    public string? SiloName { get; set; }
}
