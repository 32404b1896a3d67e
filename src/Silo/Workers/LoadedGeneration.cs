using Sheaf.Training.Collectives;
using Sheaf.Training.Data;

namespace Sheaf.Silo.Workers;

/// <summary>What the workers of a generation on one silo share when they begin.</summary>
/// <param name="State">What each worker begins from.</param>
/// <param name="ReductionLength">Floats that a step reduces.</param>
/// <param name="Exchange">Null where everything is in this silo's memory.</param>
internal sealed record LoadedGeneration(DataBundle Data, StateSupply State, int ReductionLength, IExchange? Exchange);
