using Sheaf.Client.Specs;

namespace Sheaf.Client.Commands;

/// <summary>What `run` was asked to do: train <paramref name="Spec"/>, or go on with <paramref name="ExperimentId"/>.</summary>
/// <param name="Spec"><c>null</c>: resume.</param>
/// <param name="ExperimentId">The id, made by this client for a new run.</param>
/// <param name="DataDirectory">Absolute.</param>
/// <param name="Devices">The silo's --devices.</param>
/// <param name="DataOption">What a hint has to repeat: " --data DIR" where the user chose one, else empty.</param>
/// <param name="OverrideOptions">The overrides that change the result, as options with a blank before each; a hint that runs the spec again repeats
/// them.</param>
internal sealed record RunOptions(SpecFile? Spec, string ExperimentId, string DataDirectory, string Devices, string DataOption, string OverrideOptions);
