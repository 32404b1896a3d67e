namespace Sheaf.Training.UserCode;

/// <summary>A class of the user's own cannot be used; the message names it, and says what to do.</summary>
public sealed class UserCodeException(string message, Exception? inner = null) : Exception(message, inner);
