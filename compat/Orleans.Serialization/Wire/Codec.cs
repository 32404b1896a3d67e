namespace Orleans.Serialization.Wire;

/// <summary>Writes and reads the contents of values of one type. Thread-safe.</summary>
internal abstract class Codec
{
    public abstract Type Type { get; }

    /// <summary>Values never change, so a copy may share them.</summary>
    public virtual bool IsImmutable => false;

    /// <summary>A second occurrence of the same object in one message is written as a reference to the first.</summary>
    public virtual bool IsTracked => false;

    /// <summary>1, 2, 4, 8 or 16 where every value has that many bytes; else 0.</summary>
    public virtual int Size => 0;

    public abstract void WriteBoxed(WireWriter writer, object? value);

    public abstract object? ReadBoxed(WireReader reader);
}
