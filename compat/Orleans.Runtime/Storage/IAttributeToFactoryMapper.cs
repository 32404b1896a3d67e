using System.Reflection;

namespace Orleans.Runtime;

public interface IAttributeToFactoryMapper<in TMetadata> where TMetadata : IFacetMetadata
{
    Factory<IGrainContext, object> GetFactory(ParameterInfo parameter, TMetadata metadata);
}
