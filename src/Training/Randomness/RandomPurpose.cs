namespace Sheaf.Training.Randomness;

/// <summary>What random numbers are for. The values are part of every experiment's mathematics: never change or reuse one.</summary>
public enum RandomPurpose
{
    Shuffle = 1,
    Split = 2,
    Augmentation = 3,
    Dropout = 4,
    Initialisation = 5,
    Mixup = 6,
}
