using System.Text.Json.Nodes;
using Sheaf.Testbed;
using Sheaf.Tests.Parity.Monitoring;

namespace Sheaf.Tests.Parity.Deployment;

/// <summary>What deploy/k8s renders: the security table for every pod, and what a silo needs of Kubernetes.</summary>
public class ManifestTests
{
    public static TheoryData<string> Overlays => [.. Overlay.Names];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Pods_AreAsRestrictedAsPodsCanBe(string name)
    {
        var overlay = await Overlay.Render(name);
        Assert.True(overlay.Pods.Count() >= 3);
        Assert.All(overlay.Pods, made =>
        {
            var pod = made.Pod["spec"]!;
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
            Assert.True((long)pod["securityContext"]!["runAsUser"]! > 0);
            Assert.NotNull(pod["securityContext"]!["fsGroup"]);
            Assert.Equal("RuntimeDefault", (string)pod["securityContext"]!["seccompProfile"]!["type"]!);
            Assert.False((bool)pod["automountServiceAccountToken"]!);
            Assert.Null(pod["hostNetwork"]);
            Assert.Null(pod["hostPID"]);

            // Kubernetes would set SHEAF_GATEWAY_PORT and the like, which look like settings of Sheaf.
            Assert.False((bool)pod["enableServiceLinks"]!);
            Assert.DoesNotContain(pod["volumes"]!.AsArray(), volume => volume!["hostPath"] is not null);
            Assert.All(pod["containers"]!.AsArray().Concat(pod["initContainers"]?.AsArray() ?? []), container =>
            {
                var security = container!["securityContext"]!;
                Assert.False((bool)security["allowPrivilegeEscalation"]!);
                Assert.True((bool)security["readOnlyRootFilesystem"]!);
                Assert.Equal("ALL", (string)Assert.Single(security["capabilities"]!["drop"]!.AsArray())!);
                Assert.Null(security["capabilities"]!["add"]);
                Assert.Null(security["privileged"]);
                Assert.Contains(container["volumeMounts"]!.AsArray(), mount => (string)mount!["mountPath"]! == "/tmp");

                // One that is held back looks like a dead silo; memory is what was asked for.
                Assert.Null(container["resources"]!["limits"]!["cpu"]);
                Assert.Equal((string)container["resources"]!["requests"]!["memory"]!, (string)container["resources"]!["limits"]!["memory"]!);
                Assert.DoesNotContain(container["env"]!.AsArray(),
                    variable => variable!["value"] is { } value && value.ToString().Contains("Password", StringComparison.OrdinalIgnoreCase));
                Assert.DoesNotContain((string)container["image"]!, ":latest", StringComparison.Ordinal);
            });
        });
        Assert.Equal("restricted", (string)overlay.Object("Namespace", "sheaf")["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]!);
        Assert.DoesNotContain(overlay.Objects, made => (string)made!["kind"]! is "Secret" or "ClusterRole" or "ClusterRoleBinding" or "Role");
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Labels_AreTheRecommendedOnes(string name)
    {
        var overlay = await Overlay.Render(name);
        Assert.All(overlay.Pods, made => Assert.All(
            (string[])["name", "instance", "component", "part-of", "managed-by"],
                label => Assert.NotNull(made.Pod["metadata"]!["labels"]![$"app.kubernetes.io/{label}"])));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Silo_HasTheNameOfItsPodAndEndsInOrder(string name)
    {
        var silo = (await Overlay.Render(name)).Object("StatefulSet", "sheaf-silo")["spec"]!;
        Assert.Equal("Parallel", (string)silo["podManagementPolicy"]!);
        var pod = silo["template"]!["spec"]!;
        var container = pod["containers"]![0]!;
        var arguments = container["args"]!.AsArray().Select(argument => (string)argument!).ToArray();
        Assert.Superset(
            new HashSet<string> { "--name=$(POD_NAME)", "--silo-endpoint=$(POD_IP):7435", "--data-endpoint=$(POD_IP):7436", "--gateway-port=7437",
                "--shutdown-time=120" },
            arguments.ToHashSet());
        Assert.Equal("metadata.name", Variable("POD_NAME")["valueFrom"]!["fieldRef"]!["fieldPath"]!.ToString());
        Assert.Equal("status.podIP", Variable("POD_IP")["valueFrom"]!["fieldRef"]!["fieldPath"]!.ToString());
        Assert.Equal("sheaf-database", Variable("SHEAF_CLUSTER")["valueFrom"]!["secretKeyRef"]!["name"]!.ToString());

        // It has longer than it takes to drain.
        Assert.Equal(150, (long)pod["terminationGracePeriodSeconds"]!);
        Assert.Equal(["/startupz", "/livez", "/readyz"],
            ((string[])["startupProbe", "livenessProbe", "readinessProbe"]).Select(probe => container[probe]!["httpGet"]!["path"]!.ToString()));

        // As many workers as cores were asked for, or GPUs.
        if (name == "gpu")
        {
            Assert.Equal("cuda", Variable("DEVICE_KIND")["value"]!.ToString());
            var gpus = container["resources"]!["limits"]!["nvidia.com/gpu"]!.ToString();
            Assert.Equal(gpus, container["resources"]!["requests"]!["nvidia.com/gpu"]!.ToString());
            Assert.Equal(gpus, Variable("DEVICES")["value"]!.ToString());
            Assert.Contains(pod["tolerations"]!.AsArray(), toleration => (string)toleration!["key"]! == "nvidia.com/gpu");
            Assert.EndsWith("-cuda", (string)container["image"]!, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal("cpu", Variable("DEVICE_KIND")["value"]!.ToString());
            Assert.Equal("requests.cpu", Variable("DEVICES")["valueFrom"]!["resourceFieldRef"]!["resource"]!.ToString());
        }

        JsonNode Variable(string variable) => container["env"]!.AsArray().Single(known => (string)known!["name"]! == variable)!;
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Disruptions_AndNetworks_AreLimited(string name)
    {
        var overlay = await Overlay.Render(name);
        Assert.All((string[])["sheaf-silo", "sheaf-gateway"], made =>
        {
            Assert.Equal(1, (long)overlay.Object("PodDisruptionBudget", made)["spec"]!["maxUnavailable"]!);
            var workload = overlay.Object(made == "sheaf-silo" ? "StatefulSet" : "Deployment", made);
            var spread = Assert.Single(workload["spec"]!["template"]!["spec"]!["topologySpreadConstraints"]!.AsArray())!;
            Assert.Equal((1L, "ScheduleAnyway"), ((long)spread["maxSkew"]!, (string)spread["whenUnsatisfiable"]!));
        });

        // Each kind of pod has a policy, for both directions.
        var policies = overlay.Objects.Where(made => (string)made!["kind"]! == "NetworkPolicy").ToArray();
        Assert.All(overlay.Pods, made => Assert.Single(policies, policy =>
            policy!["spec"]!["podSelector"]!["matchLabels"]!["app.kubernetes.io/component"]!.ToString()
                == made.Pod["metadata"]!["labels"]!["app.kubernetes.io/component"]!.ToString()));
        Assert.All(policies, policy => Assert.Equal(["Egress", "Ingress"], policy!["spec"]!["policyTypes"]!.AsArray().Select(type => (string)type!).Order()));

        // The planes between silos are for silos.
        var ingress = overlay.Object("NetworkPolicy", "sheaf-silo")["spec"]!["ingress"]!.AsArray();
        Assert.All(ingress.Where(rule => rule!["ports"]!.AsArray().Any(port => (long)port!["port"]! is 7435 or 7436)), rule => Assert.Equal(
            "silo", Assert.Single(rule!["from"]!.AsArray())!["podSelector"]!["matchLabels"]!["app.kubernetes.io/component"]!.ToString()));
    }

    /// <summary>Nothing listens without TLS and tokens where the overlay says that it does not, and elsewhere that it does is written out.</summary>
    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Security_IsWholeOrSaidToBeMissing(string name)
    {
        var overlay = await Overlay.Render(name);
        foreach (var pod in ((string, string)[])[("StatefulSet", "sheaf-silo"), ("Deployment", "sheaf-gateway")])
        {
            var spec = overlay.Object(pod.Item1, pod.Item2)["spec"]!["template"]!["spec"]!;
            var container = spec["containers"]![0]!;
            var arguments = container["args"]!.AsArray().Select(argument => (string)argument!).ToArray();
            if (name != "secure")
            {
                Assert.Equal("--insecure", arguments[0]);
                continue;
            }

            Assert.DoesNotContain("--insecure", arguments);
            var paths = arguments.Where(argument => argument.Contains("=/security/", StringComparison.Ordinal)).Select(argument =>
                argument.Split('=')[1]).ToArray();
            Assert.Equal(7, paths.Length);
            Assert.All(paths, path => Assert.Contains(container["volumeMounts"]!.AsArray(), mount =>
                (string)mount!["mountPath"]! == Path.GetDirectoryName(path)));
            Assert.All((string[])["startupProbe", "livenessProbe", "readinessProbe"], probe => Assert.Equal("HTTPS",
                (string)container[probe]!["httpGet"]!["scheme"]!));
            Assert.Equal(["sheaf-cluster-tls", "sheaf-tls", "sheaf-tokens"],
                spec["volumes"]!.AsArray().Select(volume => (string?)volume!["secret"]?["secretName"]).OfType<string>().Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task ObjectStore_TakesThePlaceOfTheSharedVolume()
    {
        var overlay = await Overlay.Render("object-store");
        var spec = overlay.Object("StatefulSet", "sheaf-silo")["spec"]!["template"]!["spec"]!;
        var container = spec["containers"]![0]!;
        Assert.DoesNotContain(container["args"]!.AsArray(), argument => ((string)argument!).StartsWith("--checkpoints", StringComparison.Ordinal));
        Assert.Equal("sheaf-object-store", (string)Assert.Single(container["envFrom"]!.AsArray())!["secretRef"]!["name"]!);
        Assert.DoesNotContain(container["volumeMounts"]!.AsArray(), mount => (string)mount!["name"]! == "checkpoints");
        Assert.DoesNotContain(spec["volumes"]!.AsArray(), volume => (string)volume!["name"]! == "checkpoints");
        Assert.DoesNotContain(overlay.Objects, made => (string)made!["metadata"]!["name"]! == "sheaf-checkpoints");
    }

    [Fact]
    public async Task Boards_AreWhatGrafanasSidecarLooksFor()
    {
        var overlay = await Overlay.Render("monitoring");
        var boards = overlay.Objects.Where(made => (string)made!["kind"]! == "ConfigMap").ToArray();
        Assert.Equal(Board.All.Select(board => board.File),
            boards.SelectMany(board => board!["data"]!.AsObject().Select(file => file.Key)).Order(StringComparer.Ordinal));
        Assert.All(boards, board => Assert.Equal("1", board!["metadata"]!["labels"]!["grafana_dashboard"]!.ToString()));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Objects_PassTheTypedModels(string name)
    {
        var overlay = await Overlay.Render(name);
        Assert.SkipUnless(File.Exists("/usr/bin/node") || File.Exists("/usr/local/bin/node"), "node is not installed: apt-get install nodejs");
        var (script, objects) = (Path.Combine(DeployTools.Folder, $"validate-{name}.mjs"), Path.Combine(DeployTools.Folder, $"{name}.json"));
        File.Copy(Path.Combine(Checkout.Root, "deploy/test/validate.mjs"), script, overwrite: true);
        await File.WriteAllTextAsync(objects, overlay.Objects.ToJsonString(), TestContext.Current.CancellationToken);
        string[] boards = name == "monitoring" ? [.. Board.All.Select(board => Path.Combine(Board.Folder, board.File))] : [];
        Assert.Equal((0, ""), await Command.TryAsync("node", [script, objects, .. boards]));
    }
}
