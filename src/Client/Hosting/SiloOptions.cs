namespace Sheaf.Client.Hosting;

/// <param name="DataDirectory">Where the silo keeps experiments and checkpoints; absolute.</param>
/// <param name="Devices">Its --devices, such as cpu:2.</param>
/// <param name="LogPath">A file to which its output is appended; absolute.</param>
internal sealed record SiloOptions(string DataDirectory, string Devices, string LogPath);
