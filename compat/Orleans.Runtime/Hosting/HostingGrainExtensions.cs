using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Hosting;

public static class HostingGrainExtensions
{
    /// <summary>Every activation makes its own instance when the extension is first called on it.</summary>
    public static ISiloBuilder AddGrainExtension<TExtensionInterface, TExtension>(this ISiloBuilder builder)
        where TExtensionInterface : class, IGrainExtension
        where TExtension : class, TExtensionInterface
    {
        builder.Services.AddKeyedTransient<IGrainExtension, TExtension>(typeof(TExtensionInterface));
        return builder;
    }
}
