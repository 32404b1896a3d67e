using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans;

public class PersistentStateAttributeMapper : IAttributeToFactoryMapper<PersistentStateAttribute>
{
    private static readonly MethodInfo s_create = typeof(IPersistentStateFactory).GetMethod(nameof(IPersistentStateFactory.Create))!;

    public Factory<IGrainContext, object> GetFactory(ParameterInfo parameter, PersistentStateAttribute attribute)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!parameter.ParameterType.IsGenericType || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new ArgumentException(
                $"The parameter '{parameter.Name}' of {parameter.Member.DeclaringType} has [PersistentState] but is a {parameter.ParameterType}: make it an IPersistentState<T>.", nameof(parameter));
        }

        // A state without a name has the parameter's.
        IPersistentStateConfiguration configuration = string.IsNullOrEmpty(attribute.StateName) ? new PersistentStateAttribute(parameter.Name!, attribute.StorageName) : attribute;
        var create = s_create.MakeGenericMethod(parameter.ParameterType.GetGenericArguments());
        return context => create.Invoke(context.ActivationServices.GetRequiredService<IPersistentStateFactory>(), BindingFlags.DoNotWrapExceptions, null, [context, configuration], null)!;
    }
}
