namespace Sheaf.Api.Cluster;

/// <summary>This silo may not join, or cannot: the message says why and what to do. Nothing was changed.</summary>
public sealed class ClusterRefusedException(string message, Exception? cause = null) : Exception(message, cause);
