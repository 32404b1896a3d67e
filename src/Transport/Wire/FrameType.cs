namespace Sheaf.Transport.Wire;

/// <summary>What a frame of the data plane is; part of the wire format.</summary>
internal enum FrameType : byte
{
    /// <summary>The dialer's first frame: who it is and what the connection is for.</summary>
    Hello = 1,

    /// <summary>The acceptor's answer: the connection serves its purpose from now on.</summary>
    Welcome = 2,

    /// <summary>The acceptor's answer before it closes: why not.</summary>
    Refusal = 3,

    Ping = 4,

    Pong = 5,

    /// <summary>One chunk of one part, to the chunk's owner.</summary>
    Part = 6,

    /// <summary>One chunk of the total, from its owner.</summary>
    Total = 7,

    /// <summary>The sender leaves in an orderly way; the payload says why.</summary>
    Goodbye = 8,

    /// <summary>Asks for the state of an experiment before a step.</summary>
    StateRequest = 9,

    /// <summary>Some bytes of a state; an empty one ends it.</summary>
    State = 10,
}
