using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;

namespace Sheaf.Silo.Storage;

/// <summary>Registers <see cref="DirectoryGrainStorage"/>.</summary>
public static class DirectoryGrainStorageExtensions
{
    /// <param name="builder">The silo.</param>
    /// <param name="name">What [PersistentState] calls it; "Default" serves states that name no provider.</param>
    /// <param name="configure">Must set <see cref="DirectoryGrainStorageOptions.Root"/>.</param>
    public static ISiloBuilder AddDirectoryGrainStorage(this ISiloBuilder builder, string name, Action<DirectoryGrainStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<DirectoryGrainStorageOptions>(name).Configure(configure)
            .Validate(o => !string.IsNullOrWhiteSpace(o.Root), $"The grain storage '{name}' needs a Root: the folder in which it keeps its files.");
        builder.Services.AddGrainStorage(name, static (services, key) =>
            new DirectoryGrainStorage(services.GetRequiredService<IOptionsMonitor<DirectoryGrainStorageOptions>>().Get(key)));
        return builder;
    }
}
