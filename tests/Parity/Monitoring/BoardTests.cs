using System.Text.Json.Nodes;

namespace Sheaf.Tests.Parity.Monitoring;

/// <summary>What Grafana would refuse, or show in a wrong way. Its types are held by ManifestTests.</summary>
public class BoardTests
{
    [Fact]
    public void Boards_AreTheFour() =>
        Assert.Equal(["sheaf-experiment", "sheaf-fleet", "sheaf-gpu", "sheaf-silo"], Board.All.Select(board => (string)board.Json["uid"]!));

    [Fact]
    public void Boards_HaveASchemaThatGrafanaReads() => Assert.All(Board.All, board => Assert.InRange((int)board.Json["schemaVersion"]!, 39, 41));

    [Fact]
    public void Panels_HaveIdsOfTheirOwnAndDoNotOverlap() => Assert.All(Board.All, board =>
    {
        Assert.Equal(board.Panels.Count(), board.Panels.Select(panel => (int)panel["id"]!).Distinct().Count());
        var places = board.Panels.Select(panel => (Title: (string)panel["title"]!, Place: Of(panel["gridPos"]!))).ToArray();
        Assert.All(places, panel => Assert.True(panel.Place is { X: >= 0, Width: > 0, Height: > 0 } && panel.Place.X + panel.Place.Width <= 24,
            $"{board.File}: {panel.Title} is outside"));
        for (var one = 0; one < places.Length; one++)
        {
            for (var other = 0; other < one; other++)
            {
                Assert.False(places[one].Place.Overlaps(places[other].Place), $"{board.File}: {places[one].Title} overlaps {places[other].Title}");
            }
        }
    });

    [Fact]
    public void Panels_SayWhereTheirDataComeFromAndInWhichUnit() => Assert.All(Board.All, board =>
    {
        Assert.Equal("datasource", (string)board.Variables.First()["type"]!);
        Assert.All(board.Panels.Where(panel => (string)panel["type"]! != "row"), panel =>
        {
            Assert.Equal("${datasource}", (string)panel["datasource"]!["uid"]!);
            Assert.NotEmpty(panel["targets"]!.AsArray());
            Assert.NotEqual("", (string)panel["fieldConfig"]!["defaults"]!["unit"]!);
            Assert.Equal(panel["targets"]!.AsArray().Count, panel["targets"]!.AsArray().Select(target => (string)target!["refId"]!).Distinct().Count());
        });
    });

    [Fact]
    public void Rates_FollowTheScrapeInterval() => Assert.All(
        Board.All.SelectMany(board => board.Panels).SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(target => (string)target!["expr"]!),
        query => Assert.DoesNotMatch(@"\[\d+[sm]\]", query));

    private static Place Of(JsonNode grid) => new((int)grid["x"]!, (int)grid["y"]!, (int)grid["w"]!, (int)grid["h"]!);

    private sealed record Place(int X, int Y, int Width, int Height)
    {
        public bool Overlaps(Place other) => X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;
    }
}
