using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AnalyzerScan;

/// <summary>
/// The projects below a folder, compiled from their sources without MSBuild and without a restore: against each other, and against the framework that this
/// program runs on. Packages are missing; what they would have given stays unresolved, and the rules say nothing about what they cannot see.
/// </summary>
internal sealed class SourceTree(string root)
{
    private static readonly string[] Usings =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
        "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http", "Microsoft.AspNetCore.Routing",
        "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection", "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    private static readonly CSharpParseOptions ParseOptions =
        new(LanguageVersion.Preview, DocumentationMode.None, preprocessorSymbols: ["NET", "NET8_0_OR_GREATER", "NET9_0_OR_GREATER", "NET10_0", "NET10_0_OR_GREATER", "NET6_0_OR_GREATER", "NETCOREAPP", "RELEASE"]);

    private readonly Dictionary<string, CSharpCompilation> _compiled = [];

    /// <summary>The framework's assemblies.</summary>
    public static IReadOnlyList<MetadataReference> Framework { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path) is { } name && (name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll" or "Microsoft.Win32.Primitives.dll" or "Microsoft.Net.Http.Headers.dll" or "Microsoft.JSInterop.dll"))
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    public IEnumerable<string> Projects => Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories).Where(static path => !IsOutput(path)).Order(StringComparer.Ordinal);

    public CSharpCompilation Compile(string project)
    {
        string path = Path.GetFullPath(project);
        if (_compiled.TryGetValue(path, out CSharpCompilation? known))
        {
            return known;
        }

        XDocument document = XDocument.Load(path);
        string folder = Path.GetDirectoryName(path)!;
        CSharpCompilation[] references = [.. Includes(document, "ProjectReference").Select(include => Path.GetFullPath(Path.Combine(folder, include))).Where(File.Exists).Select(Compile)];
        string name = Path.GetFileNameWithoutExtension(path);
        CSharpCompilation compilation = CSharpCompilation.Create(
            name,
            [
                .. FilesOf(document, folder).Select(static file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), ParseOptions, file)),
                CSharpSyntaxTree.ParseText(Additions(document), ParseOptions),
            ],
            [.. Framework, .. references.SelectMany(static reference => reference.References.OfType<CompilationReference>().Append(reference.ToMetadataReference())).DistinctBy(static reference => reference.Display)],
            new CSharpCompilationOptions(document.ToString().Contains("<OutputType>Exe", StringComparison.Ordinal) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        _compiled[path] = compilation;
        return compilation;
    }

    // What the project file adds: usings, and friends.
    private static string Additions(XDocument document) =>
        string.Concat(Usings.Concat(Includes(document, "Using").Where(static name => !name.Contains('$', StringComparison.Ordinal))).Select(static space => $"global using global::{space};\n"))
        + string.Concat(Includes(document, "InternalsVisibleTo").Select(static friend => $"[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"{friend}\")]\n"));

    // Own files, and whole folders that are linked in.
    private static IEnumerable<string> FilesOf(XDocument document, string folder) =>
        Files(folder)
            .Concat(Includes(document, "Compile").Where(static include => include.StartsWith("..", StringComparison.Ordinal) && include.EndsWith("/**/*.cs", StringComparison.Ordinal)).SelectMany(include => Files(Path.GetFullPath(Path.Combine(folder, include[..^"/**/*.cs".Length])))))
            .Distinct();

    // Snapshots of a database's model are generated code, and most of the text where there are any.
    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        .Where(static path => !IsOutput(path) && !path.EndsWith(".Designer.cs", StringComparison.Ordinal) && !path.EndsWith("ModelSnapshot.cs", StringComparison.Ordinal));

    private static bool IsOutput(string path) => path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal);

    private static IEnumerable<string> Includes(XDocument document, string item) =>
        document.Descendants().Where(element => element.Name.LocalName == item).Select(static element => element.Attribute("Include")?.Value.Replace('\\', '/')).OfType<string>();
}
