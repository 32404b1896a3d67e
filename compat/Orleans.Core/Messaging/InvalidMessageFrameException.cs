namespace Orleans.Runtime.Messaging;

/// <summary>A message is longer than <see cref="Orleans.Configuration.MessagingOptions.MaxMessageBodySize"/>, or what came is no message.</summary>
[GenerateSerializer]
public sealed class InvalidMessageFrameException : OrleansException
{
    public InvalidMessageFrameException()
    {
    }

    public InvalidMessageFrameException(string message)
        : base(message)
    {
    }

    public InvalidMessageFrameException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
