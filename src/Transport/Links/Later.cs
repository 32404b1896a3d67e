namespace Sheaf.Transport.Links;

/// <summary>Does something once, at the next heartbeat.</summary>
internal sealed class Later(Action work) : LoopConnection
{
    public override void Ready()
    {
    }

    public override void Tick()
    {
        Close();
        work();
    }
}
