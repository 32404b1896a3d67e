using OpenTelemetry.Exporter;
using Sheaf.Silo.Telemetry;

namespace Sheaf.Tests.Unit.Silo.Telemetry;

public class TelemetryServicesTests
{
    [Theory]
    [InlineData(null, "http://collector:4317/", "http://collector:4317/")]
    [InlineData("grpc", "http://collector:4317/", "http://collector:4317/")]
    [InlineData("http/protobuf", "http://collector:4318/", "http://collector:4318/v1/traces")]
    [InlineData("http/protobuf", "https://collector/otlp", "https://collector/otlp/v1/traces")]
    public void Signal_HasAPathOfItsOwnOverHttpAlone(string? protocol, string endpoint, string expected) =>
        Assert.Equal(expected, TelemetryServices.Signal(TelemetryServices.Address(endpoint), TelemetryServices.Protocol(protocol), "traces").AbsoluteUri);

    [Theory]
    [InlineData("collector:4317")]
    [InlineData("ftp://collector")]
    [InlineData("4317")]
    public void Address_ThatIsNoUrlIsRefused(string endpoint) =>
        Assert.StartsWith($"OTEL_EXPORTER_OTLP_ENDPOINT '{endpoint}': expected the URL",
            Assert.Throws<FormatException>(() => TelemetryServices.Address(endpoint)).Message, StringComparison.Ordinal);

    [Fact]
    public void Protocol_ThatIsNotKnownIsRefused()
    {
        Assert.Contains("expected grpc or http/protobuf", Assert.Throws<FormatException>(() => TelemetryServices.Protocol("http/json")).Message,
            StringComparison.Ordinal);
        Assert.Equal(OtlpExportProtocol.Grpc, TelemetryServices.Protocol(""));
    }
}
