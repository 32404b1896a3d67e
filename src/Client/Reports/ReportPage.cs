using System.Reflection;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Sheaf.Client.Terminal;

namespace Sheaf.Client.Reports;

/// <summary>The whole report: one file of HTML that is XML as well, asks for no other file, and is read without a script.</summary>
internal static class ReportPage
{
    private const string StyleFile = "Reports/report.css";

    /// <summary>Ends with a line break.</summary>
    public static string Write(ReportMaterial material)
    {
        var experiment = material.Experiment;
        var page = new XDocument(
            new XDocumentType("html", null, null, null),
            Html.Element(
                "html",
                Html.Attribute("lang", "en"),
                Html.Element(
                    "head",
                    Html.Element("meta", Html.Attribute("charset", "utf-8")),
                    Html.Element("meta", Html.Attribute("name", "viewport"), Html.Attribute("content", "width=device-width, initial-scale=1")),
                    Html.Element("meta", Html.Attribute("name", "color-scheme"), Html.Attribute("content", "light dark")),
                    Html.Element("title", $"{experiment.Name}: {experiment.State.Name()}"),
                    Html.Element("style", Style())),
                Html.Element(
                    "body",
                    OutcomeSection.Header(material),
                    Html.Element("main", OutcomeSection.Of(material), CurveSection.Of(material), NumberSection.Of(material), ClassSection.Of(material),
                        PictureSection.Of(material), CoefficientSection.Of(material), ProofSection.Of(material), EventSection.Of(material),
                        RepeatSection.Of(material)),
                    Footer(material))));
        var text = new StringBuilder();
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, Indent = false };
        using (var writer = XmlWriter.Create(text, settings))
        {
            page.Save(writer);
        }

        // The writer has an empty internal subset, which no browser of today expects.
        return text.Append('\n').Replace("<!DOCTYPE html >", "<!DOCTYPE html>").ToString();
    }

    private static XElement Footer(ReportMaterial material)
    {
        var version = typeof(ReportPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
        var made = TimeZoneInfo.ConvertTime(material.Made, material.Zone);
        return Html.Element("footer", Html.Element("p", $"Made by Sheaf {version} on {made:yyyy-MM-dd HH:mm}."));
    }

    /// <summary>Without characters that XML would escape and HTML would not read back.</summary>
    private static string Style()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(StyleFile)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
