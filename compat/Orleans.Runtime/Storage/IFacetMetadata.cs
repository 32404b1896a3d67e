namespace Orleans;

/// <summary>Marks an attribute on a grain's constructor parameter that says how to make the argument.</summary>
public interface IFacetMetadata;
