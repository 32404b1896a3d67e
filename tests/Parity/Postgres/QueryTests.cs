using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Orleans.Configuration;
using Sheaf.Testbed;

namespace Sheaf.Tests.Parity.Postgres;

/// <summary>The table OrleansQuery of deploy/postgresql/orleans.sql against the providers that read it.</summary>
[Collection(nameof(DatabaseCollection))]
public sealed partial class QueryTests(Database database)
{
    [Fact]
    public async Task Keys_AreThoseThatTheProvidersAskFor()
    {
        var asked = new[] { typeof(AdoNetClusteringSiloOptions), typeof(AdoNetGrainStorageOptions) }.SelectMany(type => Texts(type.Assembly.Location))
            .Distinct();

        // Every text of the two assemblies that looks like a key of a query: the table has those, and no other.
        Assert.Equal(asked.Order(StringComparer.Ordinal), (await database.ColumnAsync("SELECT QueryKey FROM OrleansQuery")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Script_RunAgain_KeepsWhatIsStored()
    {
        await database.ExecuteAsync("INSERT INTO OrleansMembershipVersionTable (DeploymentId, Version) VALUES ('kept', 7)");
        await database.ExecuteAsync(
            await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "deploy", "postgresql", "orleans.sql"), TestContext.Current.CancellationToken));
        Assert.Equal(["7"], await database.ColumnAsync("SELECT Version::text FROM OrleansMembershipVersionTable WHERE DeploymentId = 'kept'"));
    }

    private static IEnumerable<string> Texts(string assembly)
    {
        using var image = new PEReader(File.OpenRead(assembly));
        var metadata = image.GetMetadataReader();
        for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = metadata.GetNextHandle(handle))
        {
            // The grain storage names its keys inside of one SELECT too.
            foreach (Match key in Key().Matches(metadata.GetUserString(handle)))
            {
                yield return key.Value;
            }
        }
    }

    [GeneratedRegex(@"\b(?!QueryKey|SerializerKey)[A-Z][A-Za-z]+Key\b")]
    private static partial Regex Key();
}
