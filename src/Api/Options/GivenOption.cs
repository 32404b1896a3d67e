namespace Sheaf.Api.Options;

/// <summary>What an operator said of one option.</summary>
/// <param name="Source">Where, as messages call it: --listen, SHEAF__LISTEN, or "listen in FILE".</param>
internal sealed record GivenOption(OptionEntry Entry, string Text, string Source);
