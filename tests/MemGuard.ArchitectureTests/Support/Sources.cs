using MemGuard.HeapSnapshots.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MemGuard.ArchitectureTests.Support;

/// <summary>Compiles source text in memory, so that rules are checked on symbols instead of on spelling.</summary>
internal static class Sources
{
    // Bodies that source generators add are missing here; nothing else may be.
    private static readonly string[] Generated = ["CS8795", "CS9248"];

    private static readonly string[] SdkUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    private static readonly string[] WebUsings =
    [
        "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview, DocumentationMode.None, preprocessorSymbols: ["NET", "NET10_0", "NET10_0_OR_GREATER", "RELEASE"]);

    private static readonly Lazy<CSharpCompilation> LazyBounded = new(() => CompileProject("MemGuard.Bounded", [], Friends("MemGuard")));

    private static readonly Lazy<CSharpCompilation> LazyCore = new(() => CompileProject("MemGuard", [LazyBounded.Value.ToMetadataReference()], Friends("MemGuard.HeapSnapshots", "MemGuard.StartupHook", "MemGuard.Tool")));

    private static readonly Lazy<CSharpCompilation> LazyCaching = new(() => CompileProject("MemGuard.Caching", [LazyBounded.Value.ToMetadataReference()]));

    private static readonly Lazy<CSharpCompilation> LazyHeapSnapshots =
        new(() => CompileProject("MemGuard.HeapSnapshots", [LazyBounded.Value.ToMetadataReference(), LazyCore.Value.ToMetadataReference()], JsonContextStub, PageJsonContextStub, Friends("MemGuard.StartupHook", "MemGuard.Tool", "MemGuard.AspNetCore", "MemGuard.Testing")));

    private static readonly Lazy<CSharpCompilation> LazyTesting = new(() => CompileProject(
        "MemGuard.Testing",
        [LazyBounded.Value.ToMetadataReference(), LazyCore.Value.ToMetadataReference(), LazyHeapSnapshots.Value.ToMetadataReference()],
        SoakJsonStub));

    // No product of the public surface: the compiler loads it.
    private static readonly Lazy<CSharpCompilation> LazyAnalyzers = new(() => CompileProject("MemGuard.Analyzers", []));

    private static readonly Lazy<CSharpCompilation> LazyHookCore = new(() => CompileProject("MemGuard.Hook.Core", []));

    private static readonly Lazy<CSharpCompilation> LazyStartupHook = new(() => CompileProject(
        "MemGuard.StartupHook",
        [LazyBounded.Value.ToMetadataReference(), LazyCore.Value.ToMetadataReference(), LazyHeapSnapshots.Value.ToMetadataReference()],
        Friends("MemGuard.Tool")));

    private static readonly Lazy<CSharpCompilation> LazyTool = new(() => CompileProject(
        "MemGuard.Tool",
        [LazyBounded.Value.ToMetadataReference(), LazyCore.Value.ToMetadataReference(), LazyHeapSnapshots.Value.ToMetadataReference(), LazyStartupHook.Value.ToMetadataReference()]));

    private static readonly Lazy<CSharpCompilation> LazyAspNetCore =
        new(() => CompileProject("MemGuard.AspNetCore", [LazyBounded.Value.ToMetadataReference(), LazyCore.Value.ToMetadataReference(), LazyHeapSnapshots.Value.ToMetadataReference()]));

    // What the project file adds.
    private static string Friends(params string[] names) => string.Concat(names.Select(static name => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{name}\")]\n"));

    private const string PageJsonContextStub =
        """
        using System.Text.Json;
        using System.Text.Json.Serialization.Metadata;
        namespace MemGuard.HeapSnapshots.Reporting;
        partial class PageJsonContext
        {
            public PageJsonContext() : base(null) { }
            public static PageJsonContext Default { get; } = new();
            public JsonTypeInfo<PageState> PageState => throw new NotSupportedException();
            public JsonTypeInfo<PageHistory> PageHistory => throw new NotSupportedException();
            public JsonTypeInfo<PageStructures> PageStructures => throw new NotSupportedException();
            public JsonTypeInfo<PageAlerts> PageAlerts => throw new NotSupportedException();
            public JsonTypeInfo<SnapshotList> SnapshotList => throw new NotSupportedException();
            public JsonTypeInfo<SnapshotDetail> SnapshotDetail => throw new NotSupportedException();
            public JsonTypeInfo<SnapshotDiffPage> SnapshotDiffPage => throw new NotSupportedException();
            public JsonTypeInfo<SnapshotAnswer> SnapshotAnswer => throw new NotSupportedException();
            public JsonTypeInfo<CollectionAnswer> CollectionAnswer => throw new NotSupportedException();
            public JsonTypeInfo<PageRoutes> PageRoutes => throw new NotSupportedException();
            public JsonTypeInfo<SnapshotFileData> SnapshotFileData => throw new NotSupportedException();
            public JsonTypeInfo<PageData> PageData => throw new NotSupportedException();
            protected override JsonSerializerOptions? GeneratedSerializerOptions => null;
            public override JsonTypeInfo? GetTypeInfo(Type type) => null;
        }
        """;

    private const string SoakJsonStub =
        """
        using System.Text.Json;
        using System.Text.Json.Serialization.Metadata;
        namespace MemGuard.Testing;
        partial class SoakJson
        {
            public SoakJson() : base(null) { }
            public static SoakJson Default { get; } = new();
            public JsonTypeInfo<SoakResult> SoakResult => throw new NotSupportedException();
            protected override JsonSerializerOptions? GeneratedSerializerOptions => null;
            public override JsonTypeInfo? GetTypeInfo(Type type) => null;
        }
        """;

    // What the JSON source generator adds; unlike a missing body it cannot be told apart from a real error.
    private const string JsonContextStub =
        """
        using System.Text.Json;
        using System.Text.Json.Serialization.Metadata;
        namespace MemGuard.HeapSnapshots.Analysis;
        partial class SnapshotJsonContext
        {
            public SnapshotJsonContext() : base(null) { }
            public SnapshotJsonContext(System.Text.Json.JsonSerializerOptions options) : base(options) { }
            public static SnapshotJsonContext Default { get; } = new();
            public JsonTypeInfo<SnapshotData> SnapshotData => throw new NotSupportedException();
            public JsonTypeInfo<ReportData> ReportData => throw new NotSupportedException();
            protected override JsonSerializerOptions? GeneratedSerializerOptions => null;
            public override JsonTypeInfo? GetTypeInfo(Type type) => null;
        }
        """;

    /// <summary>Everything that the tests run on: the framework, the packages, and the products as built.</summary>
    public static IReadOnlyList<MetadataReference> AllAssemblies { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(File.Exists).Select(path => MetadataReference.CreateFromFile(path))];

    public static IEnumerable<MetadataReference> AssembliesWithoutProducts =>
        AllAssemblies.Where(reference => !Path.GetFileName(reference.Display!).StartsWith("MemGuard", StringComparison.Ordinal));

    /// <summary>The products, from the lowest to the highest.</summary>
    public static IReadOnlyList<string> Products { get; } = ["MemGuard.Bounded", "MemGuard.Caching", "MemGuard", "MemGuard.HeapSnapshots", "MemGuard.Testing", "MemGuard.AspNetCore", "MemGuard.Hook.Core", "MemGuard.StartupHook", "MemGuard.Tool"];

    /// <summary>A product, compiled from its sources.</summary>
    public static CSharpCompilation Of(string product) => product switch
    {
        "MemGuard.Bounded" => LazyBounded.Value,
        "MemGuard.Caching" => LazyCaching.Value,
        "MemGuard" => LazyCore.Value,
        "MemGuard.HeapSnapshots" => LazyHeapSnapshots.Value,
        "MemGuard.Testing" => LazyTesting.Value,
        "MemGuard.Analyzers" => LazyAnalyzers.Value,
        "MemGuard.Hook.Core" => LazyHookCore.Value,
        "MemGuard.StartupHook" => LazyStartupHook.Value,
        "MemGuard.Tool" => LazyTool.Value,
        "MemGuard.AspNetCore" => LazyAspNetCore.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(product), product, "No such product."),
    };

    /// <summary>Compiles text as a library.</summary>
    public static CSharpCompilation Compile(params string[] texts) =>
        Compile("Example", texts.Select((text, index) => CSharpSyntaxTree.ParseText(text, ParseOptions, $"Example{index}.cs")), AllAssemblies, OutputKind.DynamicallyLinkedLibrary, SdkUsings);

    /// <summary>Compiles files that are nowhere on the disk as a library.</summary>
    public static CSharpCompilation CompileFiles(params (string Path, string Text)[] files) =>
        Compile("Example", files.Select(file => CSharpSyntaxTree.ParseText(file.Text, ParseOptions, file.Path)), AllAssemblies, OutputKind.DynamicallyLinkedLibrary, SdkUsings);

    /// <summary>Compiles text as a program of the web SDK.</summary>
    public static CSharpCompilation CompileProgram(string text) =>
        Compile("Program", [CSharpSyntaxTree.ParseText(text, ParseOptions, "Program.cs")], AllAssemblies, OutputKind.ConsoleApplication, [.. SdkUsings, .. WebUsings]);

    public static IEnumerable<Diagnostic> Errors(Compilation compilation) =>
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && !Generated.Contains(diagnostic.Id));

    // Linked into every product.
    private static IEnumerable<string> SharedFiles() => Directory.Exists(Repository.PathOf("src", "Shared")) ? Repository.Files(Repository.PathOf("src", "Shared"), "*.cs") : [];

    private static CSharpCompilation CompileProject(string name, IEnumerable<MetadataReference> references, params string[] stubs) =>
        Compile(
            name,
            [
                .. Repository.Files(Repository.PathOf("src", name), "*.cs").Concat(SharedFiles()).Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), ParseOptions, path)),
                .. stubs.Select((stub, index) => CSharpSyntaxTree.ParseText(stub, ParseOptions, $"Stub{index}.cs")),
            ],
            [.. AssembliesWithoutProducts, .. references],
            OutputKind.DynamicallyLinkedLibrary,
            SdkUsings);

    private static CSharpCompilation Compile(string name, IEnumerable<SyntaxTree> trees, IEnumerable<MetadataReference> references, OutputKind kind, string[] usings)
    {
        string globalUsings = string.Concat(usings.Select(space => $"global using global::{space};\n"));
        return CSharpCompilation.Create(
            name,
            [.. trees, CSharpSyntaxTree.ParseText(globalUsings, ParseOptions, "GlobalUsings.cs")],
            references,
            new CSharpCompilationOptions(kind, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
    }
}
