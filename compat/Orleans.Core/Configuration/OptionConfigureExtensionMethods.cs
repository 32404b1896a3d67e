using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Configuration;

public static class OptionConfigureExtensionMethods
{
    /// <summary>Officially the silo logs these options at its start; here it does not.</summary>
    public static IServiceCollection ConfigureNamedOptionForLogging<TOptions>(this IServiceCollection services, string name) where TOptions : class, new() => services;
}
