using Microsoft.Extensions.Options;

namespace Orleans.Serialization.Configuration;

public interface ITypeManifestProvider : IConfigureOptions<TypeManifestOptions>;
