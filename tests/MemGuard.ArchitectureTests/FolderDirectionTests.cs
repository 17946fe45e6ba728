using MemGuard.ArchitectureTests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MemGuard.ArchitectureTests;

/// <summary>Folders use each other in one direction only.</summary>
public sealed class FolderDirectionTests
{
    private const string Root = "MemGuard";

    private static readonly Dictionary<string, string[]> CoreRules = new()
    {
        ["MemGuard.Containers"] = [],
        ["MemGuard.Sampling"] = ["MemGuard.Containers"],
        ["MemGuard.Trends"] = ["MemGuard.Containers", "MemGuard.Sampling"],
        ["MemGuard.Triage"] = ["MemGuard.Containers", "MemGuard.Sampling", "MemGuard.Trends"],
        ["MemGuard.Evidence"] = ["MemGuard.Containers", "MemGuard.Sampling", "MemGuard.Trends", "MemGuard.Triage", "MemGuard.Bounded"],
        ["MemGuard.Alerts"] = ["MemGuard.Containers", "MemGuard.Sampling", "MemGuard.Trends", "MemGuard.Triage", "MemGuard.Evidence"],
        ["MemGuard.Telemetry"] = ["MemGuard.Containers", "MemGuard.Sampling", "MemGuard.Trends", "MemGuard.Triage", "MemGuard.Evidence", "MemGuard.Alerts", "MemGuard.Bounded"],
        ["MemGuard.Bounded"] = [],
        ["MemGuard.Lifetimes"] = ["MemGuard.Bounded"],
    };

    private static readonly Dictionary<string, string[]> HeapSnapshotRules = new()
    {
        ["MemGuard.HeapSnapshots.Capture"] = [],
        ["MemGuard.HeapSnapshots.Graph"] = ["MemGuard.HeapSnapshots.Capture"],
        ["MemGuard.HeapSnapshots.Analysis"] = ["MemGuard.HeapSnapshots.Capture", "MemGuard.HeapSnapshots.Graph"],
    };

    private static readonly Lazy<IReadOnlyList<NamespaceReference>> CoreReferences = new(() => NamespaceReference.FindAll(Sources.Core));

    [Fact]
    public void Sources_WithoutGeneratedBodies_Compile()
    {
        Assert.Empty(Sources.Errors(Sources.Core));
        Assert.Empty(Sources.Errors(Sources.HeapSnapshots));
    }

    [Fact]
    public void Core_EveryFolder_UsesOnlyTheFoldersBeforeIt() =>
        Assert.Equal(string.Empty, string.Join('\n', FindViolations(CoreReferences.Value, CoreRules, Root)));

    [Fact]
    public void Core_Folders_HaveNoCycle() =>
        Assert.Null(NamespaceReference.FindCycle(CoreReferences.Value));

    [Fact]
    public void HeapSnapshots_Layers_UseOnlyTheLayersBelow()
    {
        // The package's own namespaces hold what users see: every layer may fill those records.
        IEnumerable<NamespaceReference> betweenLayers = NamespaceReference.FindAll(Sources.HeapSnapshots)
            .Where(reference => reference.From is not (Root or "MemGuard.HeapSnapshots") && reference.To is not "MemGuard.HeapSnapshots");

        Assert.Equal(string.Empty, string.Join('\n', FindViolations(betweenLayers, HeapSnapshotRules, Root)));
    }

    [Theory]
    [InlineData("MemGuard")]
    [InlineData("MemGuard.HeapSnapshots")]
    public void Namespace_EveryFile_IsItsFolder(string project)
    {
        Compilation compilation = project == "MemGuard" ? Sources.Core : Sources.HeapSnapshots;

        Assert.Empty(compilation.SyntaxTrees.Where(tree => Path.IsPathRooted(tree.FilePath)).SelectMany(tree => FindMisplaced(tree, project)));
    }

    [Fact]
    public void FindViolations_ForbiddenUses_AreFound()
    {
        CSharpCompilation bad = Sources.Compile(
            "namespace MemGuard.Sampling; public class Sample { public MemGuard.Alerts.Alert[]? Alerts; }",
            "namespace MemGuard.Alerts; public class Alert;",
            "namespace MemGuard.Trends; public class Trend { public object Get(MemGuard.Sampling.Sample sample) => sample; }",
            "namespace MemGuard.Containers; public class Limit { public void Read() { var options = MemGuard.Factory.Create(); } }",
            "namespace MemGuard; public class Options; public static class Factory { public static Options Create() => new(); }",
            "namespace MemGuard.Manager; public class Everything { public MemGuard.Alerts.Alert? Alert; }",
            "using MemGuard.Sampling; namespace MemGuard.Bounded; public class Cache { public void Add<T>() { } public void Use() => Add<Sample>(); }");

        string[] violations = [.. FindViolations(NamespaceReference.FindAll(bad), CoreRules, Root)];

        Assert.Equal(
            ["MemGuard.Bounded → MemGuard.Sampling", "MemGuard.Containers → MemGuard", "MemGuard.Manager → MemGuard.Alerts", "MemGuard.Sampling → MemGuard.Alerts"],
            violations.Select(violation => violation.Split(':')[0]));
    }

    [Fact]
    public void FindAll_TypeThatIsOnlyInferred_IsFound()
    {
        CSharpCompilation bad = Sources.Compile(
            "namespace A; public class Box { public void Open(B.Lid lid) { var hinge = lid.Hinge; } }",
            "namespace B; public class Lid { public C.Hinge Hinge = new(); }",
            "namespace C; public class Hinge;");

        Assert.Contains(NamespaceReference.FindAll(bad), reference => reference is { From: "A", To: "C" });
    }

    [Fact]
    public void FindCycle_ThreeFoldersInARing_AreFound()
    {
        CSharpCompilation bad = Sources.Compile(
            "namespace A; public class One { public B.Two? Next; }",
            "namespace B; public class Two { public C.Three? Next; }",
            "namespace C; public class Three : A.One;");

        Assert.Equal(["A", "B", "C", "A"], NamespaceReference.FindCycle(NamespaceReference.FindAll(bad)));
    }

    [Fact]
    public void FindMisplaced_OtherNamespaceThanTheFolder_IsFound()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText("namespace MemGuard.Trends; public class Lost;", path: Repository.PathOf("src", "MemGuard", "Sampling", "Lost.cs"));

        Assert.Equal(["Lost.cs: namespace MemGuard.Trends in folder MemGuard.Sampling"], FindMisplaced(tree, "MemGuard"));
    }

    private static IEnumerable<string> FindViolations(IEnumerable<NamespaceReference> references, Dictionary<string, string[]> rules, string root) =>
        references
            .Where(reference => reference.From != root && !(rules.TryGetValue(reference.From, out string[]? allowed) && allowed.Contains(reference.To)))
            .Select(reference => $"{reference.From} → {reference.To}: {reference.Place}");

    private static IEnumerable<string> FindMisplaced(SyntaxTree tree, string project)
    {
        string folder = Path.GetRelativePath(Repository.PathOf("src"), Path.GetDirectoryName(tree.FilePath)!).Replace('\\', '.').Replace('/', '.');
        return tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
            .Select(declaration => declaration.Name.ToString())

            // Extension methods for registration are where every user looks: in the namespace MemGuard.
            .Where(space => space != folder && !(folder == project && space == Root))
            .Select(space => $"{Path.GetFileName(tree.FilePath)}: namespace {space} in folder {folder}");
    }
}
