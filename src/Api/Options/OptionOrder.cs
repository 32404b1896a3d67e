namespace Sheaf.Api.Options;

/// <summary>Two options whose values have an order.</summary>
/// <param name="OrEqual">The values may be the same.</param>
/// <param name="Because">Half a sentence.</param>
internal sealed record OptionOrder(OptionEntry Lesser, OptionEntry Greater, bool OrEqual, string Because)
{
    /// <summary>"less than" or "at most".</summary>
    public string Words => OrEqual ? "at most" : "less than";

    /// <summary>Whether options that are not set, or set in this order, are given.</summary>
    public bool HoldsIn(object options) => Lesser.Of(options) is not IComparable value || Greater.Of(options) is not { } limit
        || value.CompareTo(limit) is var order && (order < 0 || (order == 0 && OrEqual));
}
