namespace Sheaf.Tests.Cluster.UserCode;

/// <summary>Specs whose rows, model, loss and metric are classes of tests/UserCode.</summary>
internal static class OwnSpec
{
    public static string Yaml(string package, string model = "GoodNet", string arguments = "{}", int epochs = 3, string workers = "2") => $$"""
        name: own
        seed: 7
        data:
          train: { format: class, project: UserCode.csproj, type: Sheaf.Tests.UserCode.Blobs, package: {{package}} }
          validation: { fraction: 0.25 }
        model: { project: UserCode.csproj, type: Sheaf.Tests.UserCode.{{model}}, arguments: {{arguments}}, package: {{package}} }
        loss: { class: { project: UserCode.csproj, type: Sheaf.Tests.UserCode.GoodLoss, predicts: class, package: {{package}} } }
        optimizer: { sgd: { learning_rate: 0.05, momentum: 0.9 } }
        batch_size: 24
        epochs: {{epochs}}
        shards: 4
        workers: {{workers}}
        metrics:
          - accuracy
          - class: { project: UserCode.csproj, type: Sheaf.Tests.UserCode.Hits, name: hits, package: {{package}} }
        """;
}
