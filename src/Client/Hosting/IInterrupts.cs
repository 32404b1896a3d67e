namespace Sheaf.Client.Hosting;

/// <summary>Ctrl-C as two tokens: the first asks politely, the second means now.</summary>
internal interface IInterrupts
{
    CancellationToken First { get; }

    CancellationToken Second { get; }
}
