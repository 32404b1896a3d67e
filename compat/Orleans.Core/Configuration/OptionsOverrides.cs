using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orleans.Configuration.Overrides;

public static class OptionsOverrides
{
    public static IOptions<ClusterOptions> GetProviderClusterOptions(this IServiceProvider services, string providerName) =>
        services.GetKeyedService<ClusterOptions>(providerName) is { } own ? Options.Create(own) : services.GetRequiredService<IOptions<ClusterOptions>>();
}
