namespace Sheaf.Transport.Wire;

/// <summary>What a connection is for; part of the wire format.</summary>
internal enum HandshakePurpose : byte
{
    Link = 1,
    Exchange = 2,
    State = 3,
}
