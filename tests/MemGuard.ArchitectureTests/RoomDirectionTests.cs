using MemGuard.ArchitectureTests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MemGuard.ArchitectureTests;

/// <summary>Rooms use each other in one direction only, stay small, and have the namespace of their first level.</summary>
public sealed class RoomDirectionTests
{
    private const int MaxFilesOfARoom = 20;
    private const int MaxLinesOfAFile = 300;

    // Its types are public and were there before the rooms were.
    private static readonly Dictionary<string, string> OwnNamespaces = new() { ["MemGuard.Bounded/Lifetimes"] = "MemGuard.Lifetimes" };

    public static TheoryData<string> Packages => [.. RoomTable.Packages.Keys];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Sources_WithoutGeneratedBodies_Compile(string package) => Assert.Empty(Sources.Errors(Sources.Of(package)));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_EveryRoom_UsesOnlyTheRoomsBeforeIt(string package) =>
        Assert.Equal(string.Empty, string.Join('\n', RoomTable.FindViolations(package, References(package))));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Rooms_HaveNoCycle(string package) => Assert.Null(RoomTable.FindCycle(package, References(package)));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_EveryRoomOfTheTable_Exists(string package) =>
        Assert.All(RoomTable.Packages[package].Keys, room => Assert.True(Directory.Exists(Path.Combine(PathOf(package), room)), room));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Namespace_EveryFile_IsItsRoomOfTheFirstLevel(string package) =>
        Assert.Empty(Sources.Of(package).SyntaxTrees.SelectMany(tree => FindMisplaced(tree, package)));

    [Fact]
    public void Rooms_AreSmall_AndSoAreTheirFiles()
    {
        string[] files = [.. RoomTable.Packages.Keys.SelectMany(package => Repository.Files(PathOf(package), "*.cs"))];

        Assert.Empty(files.GroupBy(Path.GetDirectoryName).Where(room => room.Count() > MaxFilesOfARoom).Select(room => $"{room.Key}: {room.Count()} files"));
        Assert.Empty(files.Where(file => File.ReadLines(file).Count() > MaxLinesOfAFile).Select(Repository.RelativePath));
    }

    [Fact]
    public void FindViolations_ForbiddenUses_AreFound()
    {
        IReadOnlyList<RoomReference> bad = Find(
            ("Sampling", "namespace MemGuard.Sampling; public class Sample { public MemGuard.Alerts.Alert[]? Alerts; }"),
            ("Alerts", "namespace MemGuard.Alerts; public class Alert;"),
            ("Trends", "namespace MemGuard.Trends; public class Trend { public object Get(MemGuard.Sampling.Sample sample) => sample; }"),
            ("Containers", "namespace MemGuard.Containers; public class Limit { public void Read() { var options = MemGuard.Factory.Create(); } }"),
            (".", "namespace MemGuard; public class Options; public static class Factory { public static Options Create() => new(); }"),
            ("Manager", "namespace MemGuard.Manager; public class Everything { public MemGuard.Alerts.Alert? Alert; }"),
            ("Faults", "using MemGuard.Sampling; namespace MemGuard.Faults; public class Fault { public void Add<T>() { } public void Use() => Add<Sample>(); }"),
            ("Trends/Windows", "namespace MemGuard.Trends; public class Window { public Growth? Growth; }"),
            ("Trends/Growth", "namespace MemGuard.Trends; public class Growth;"));

        Assert.Equal(
            ["Containers → (root)", "Faults → Sampling", "Manager → Alerts", "Sampling → Alerts", "Trends: Windows → Growth"],
            RoomTable.FindViolations("MemGuard", bad).Select(violation => violation[..violation.LastIndexOf(':')].Split(": E")[0]));
    }

    [Fact]
    public void FindAll_TypeThatIsOnlyInferred_IsFound()
    {
        IReadOnlyList<RoomReference> bad = Find(
            ("A", "namespace A; public class Box { public void Open(B.Lid lid) { var hinge = lid.Hinge; } }"),
            ("B", "namespace B; public class Lid { public C.Hinge Hinge = new(); }"),
            ("C", "namespace C; public class Hinge;"));

        Assert.Contains(bad, reference => reference is { From: "A", To: "C" });
    }

    [Fact]
    public void FindCycle_ThreeRoomsInARing_AreFound()
    {
        IReadOnlyList<RoomReference> bad = Find(
            ("A", "namespace N; public class One { public Two? Next; }"),
            ("B", "namespace N; public class Two { public Three? Next; }"),
            ("C", "namespace N; public class Three : One;"));

        Assert.Equal(["A", "B", "C", "A"], RoomReference.FindCycle(bad));
    }

    [Fact]
    public void FindMisplaced_OtherNamespaceThanTheRoom_IsFound()
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText("namespace MemGuard.Trends; public class Lost;", path: Repository.PathOf("src", "MemGuard", "Sampling", "Process", "Lost.cs"));

        Assert.Equal(["Lost.cs: namespace MemGuard.Trends in room Sampling/Process"], FindMisplaced(tree, "MemGuard"));
    }

    private static string PathOf(string package) => Repository.PathOf("src", package);

    private static IReadOnlyList<RoomReference> References(string package) => RoomReference.FindAll(Sources.Of(package), PathOf(package));

    private static IReadOnlyList<RoomReference> Find(params (string Room, string Text)[] files)
    {
        string package = Repository.PathOf("src", "Example");
        return RoomReference.FindAll(Sources.CompileFiles([.. files.Select((file, index) => (Path.GetFullPath(Path.Combine(package, file.Room, $"Example{index}.cs")), file.Text))]), package);
    }

    private static IEnumerable<string> FindMisplaced(SyntaxTree tree, string package)
    {
        string? room = Path.IsPathRooted(tree.FilePath) ? RoomReference.RoomOf(tree.FilePath, PathOf(package)) : null;
        return room is null
            ? []
            : tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
                .Select(declaration => declaration.Name.ToString())
                .Where(space => !NamespacesOf(package, room).Contains(space))
                .Select(space => $"{Path.GetFileName(tree.FilePath)}: namespace {space} in room {room}");
    }

    // Extension methods for registration are where every user looks: in the namespace MemGuard.
    private static string[] NamespacesOf(string package, string room)
    {
        string first = room.Split('/')[0];
        return (package, first) switch
        {
            _ when OwnNamespaces.TryGetValue($"{package}/{first}", out string? own) => [own],
            ("MemGuard.Bounded" or "MemGuard.Testing" or "MemGuard.Analyzers", _) => [package],
            ("MemGuard", "Registration") => [package],
            (_, "") => [package, "MemGuard"],
            _ => [$"{package}.{first}"],
        };
    }
}
