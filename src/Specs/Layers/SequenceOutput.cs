namespace Sheaf.Specs.Layers;

/// <summary>What a recurrent layer passes on.</summary>
public enum SequenceOutput
{
    /// <summary>The state after the last place.</summary>
    Last,

    /// <summary>The state at each place.</summary>
    Sequence,
}
