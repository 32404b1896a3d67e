namespace Sheaf.Training.Collectives;

public enum CollectiveKind
{
    Gradient,
    Evaluation,
}
