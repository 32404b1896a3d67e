namespace Sheaf.Specs;

/// <summary>What the outputs of a model are to its loss, and so which metrics can judge them.</summary>
public enum PredictionKind
{
    /// <summary>A score for each class; the largest is the prediction. Targets are classes 0..n-1.</summary>
    Class,

    /// <summary>A score for each target: above a threshold it says yes. A target of at least 0.5 means yes.</summary>
    YesOrNo,

    /// <summary>A number for each target.</summary>
    Number,

    /// <summary>Only the loss knows: no metric of Sheaf's own judges it.</summary>
    Other,
}
