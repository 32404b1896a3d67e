using System.Xml.Linq;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Reports;

/// <summary>What happened: recoveries, early stops, rows that were left out.</summary>
internal static class EventSection
{
    public static XElement? Of(ReportMaterial material) => material.Experiment.Events.Count == 0
        ? null
        : Html.Section("events", "Events", Html.Table(
            "The newest ones, in the order in which they came",
            ["time", "what happened"],
            material.Experiment.Events.Select(each => (object?[])
            [
                Html.Element("span", Html.Class("nowrap"), Format.Time(each.Time, material.Zone)), each.Message,
            ])));
}
