namespace Sheaf.Silo.Coordination;

/// <summary>What <see cref="GenerationRule"/> decided. Exactly one of the kinds below.</summary>
/// <param name="Reason">For a person.</param>
internal abstract record GenerationMove(string Reason)
{
    /// <summary>The workers are ready: they run.</summary>
    public sealed record Go(string Reason) : GenerationMove(Reason);

    /// <summary>What silos kept cannot be trusted: the next generation begins from the last checkpoint.</summary>
    public sealed record BeginAgain(string Reason) : GenerationMove(Reason);

    /// <summary>Nothing can be decided in this turn.</summary>
    public sealed record Wait(string Reason) : GenerationMove(Reason);

    /// <summary>It ends without having begun, and loses nothing by it.</summary>
    public sealed record GiveUp(string Reason) : GenerationMove(Reason);

    /// <summary>It has ended, to go on in the next generation.</summary>
    public sealed record GoOnAs(Reshaping Next) : GenerationMove(Next.Cause);

    /// <summary>Whether it is over, and how, is for <see cref="RunVerdict"/> to say; if it is not, its workers get more to do.</summary>
    public sealed record Judge(string Reason) : GenerationMove(Reason);
}
