using Orleans.Serialization;

namespace Sheaf.Api.Cluster;

/// <summary>What a grain throws reaches its caller on another silo or gateway.</summary>
internal static class ExceptionsOnTheWire
{
    /// <summary>
    /// By default Orleans carries exceptions of some namespaces only, and a caller hears that there is no codec for any other, such as those of the database's
    /// driver: neither what happened nor that repeating may help.
    /// </summary>
    public static void CarryAll(this ExceptionSerializationOptions options) => options.SupportedExceptionTypeFilter = _ => true;
}
