using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orleans.Runtime.MembershipService;

namespace Orleans.Runtime.Links;

/// <summary>What the opening request of a link says in its headers, and whether the silo that is called accepts it. Pure but for the view it is given.</summary>
internal sealed record Handshake(string ClusterId, string ServiceId, SiloAddress Sender, SiloAddress Target)
{
    /// <summary>Of the frames and of the serializer.</summary>
    public const string Version = "sheaf-compat-1";

    public const string Path = "/orleans/link";

    private const string VersionHeader = "orleans-version";
    private const string ClusterHeader = "orleans-cluster";
    private const string ServiceHeader = "orleans-service";
    private const string SenderHeader = "orleans-silo";
    private const string TargetHeader = "orleans-target";

    public void Write(Action<string, string> header)
    {
        header(VersionHeader, Version);
        header(ClusterHeader, Uri.EscapeDataString(ClusterId));
        header(ServiceHeader, Uri.EscapeDataString(ServiceId));
        header(SenderHeader, Sender.ToParsableString());
        header(TargetHeader, Target.ToParsableString());
    }

    /// <summary>Null, and the reason with an HTTP status, when the caller is refused.</summary>
    public static SiloAddress? Accept(IHeaderDictionary headers, string method, string path, Handshake mine, MembershipView view, out (int Status, string Reason) refusal)
    {
        string Get(string name) => headers.TryGetValue(name, out var value) ? Uri.UnescapeDataString(value.ToString()) : "";
        refusal = default;
        if (method != "POST" || path != Path || Get(VersionHeader).Length == 0)
        {
            refusal = (404, "This is the endpoint between the silos of an Orleans cluster; clients do not connect here.");
        }
        else if (Get(VersionHeader) != Version)
        {
            refusal = (426, $"The caller speaks '{Get(VersionHeader)}', this silo '{Version}': all silos of a cluster run the same version.");
        }
        else if (Get(ClusterHeader) != mine.ClusterId || Get(ServiceHeader) != mine.ServiceId)
        {
            refusal = (403, $"The caller belongs to cluster '{Get(ClusterHeader)}' and service '{Get(ServiceHeader)}', this silo to '{mine.ClusterId}' and '{mine.ServiceId}': they do not talk to each other.");
        }
        else if (!SiloAddress.TryParse(Get(TargetHeader), CultureInfo.InvariantCulture, out var target) || !target.Equals(mine.Sender))
        {
            refusal = (410, $"The caller looks for silo {Get(TargetHeader)}; here is {mine.Sender}.");
        }
        else if (!SiloAddress.TryParse(Get(SenderHeader), CultureInfo.InvariantCulture, out var sender))
        {
            refusal = (400, $"The caller calls itself '{Get(SenderHeader)}', which is not the address of a silo.");
        }
        else if (view.IsDead(sender))
        {
            refusal = (409, $"The caller, {sender}, has been declared dead.");
        }
        else
        {
            return sender;
        }

        return null;
    }
}
