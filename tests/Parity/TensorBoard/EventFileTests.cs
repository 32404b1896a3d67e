using Sheaf.Client.TensorBoard;

namespace Sheaf.Tests.Parity.TensorBoard;

/// <summary>
/// Event files read by a program that knows only the formats: the records' checksums, and TensorFlow's messages by Google's protobuf for Python.
/// </summary>
public sealed class EventFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("sheaf-events-").FullName, "events.out.tfevents.1.sheaf");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task File_EnsureItIsReadRecordByRecord()
    {
        using (var written = EventFile.Open(_file, 1000.5))
        {
            written.Append(1001.25, 0, [("loss", 0.75), ("r\u00e9sum\u00e9", -1e-30)]);
            written.Append(1002, 1, [("loss", double.NaN)]);
        }

        using (var again = EventFile.Open(_file, 9999))
        {
            again.Append(1003, 1L << 40, [("learning_rate", 0.05)]);
        }

        var records = (await Python.RunAsync("TensorBoard/events.py", new { file = _file })).EnumerateArray()
            .Select(record => record.GetRawText().Replace(" ", "", StringComparison.Ordinal)).ToList();

        Assert.Equal(
            [
                """{"wall_time":1000.5,"step":0,"file_version":"brain.Event:2","values":[]}""",
                """{"wall_time":1001.25,"step":0,"file_version":"","values":[["loss",0.75],["r\u00e9sum\u00e9",-1.0000000031710769e-30]]}""",
                """{"wall_time":1002.0,"step":1,"file_version":"","values":[["loss",null]]}""",
                """{"wall_time":1003.0,"step":1099511627776,"file_version":"","values":[["learning_rate",0.05000000074505806]]}""",
            ],
            records);
    }
}
