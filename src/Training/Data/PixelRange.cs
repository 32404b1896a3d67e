namespace Sheaf.Training.Data;

/// <summary>What the transforms make of the darkest and of the lightest pixel of a channel.</summary>
public readonly record struct PixelRange(float Black, float White);
