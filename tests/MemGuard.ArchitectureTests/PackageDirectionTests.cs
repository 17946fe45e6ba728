using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using MemGuard.ArchitectureTests.Support;

namespace MemGuard.ArchitectureTests;

/// <summary>Packages reference each other in one direction, and the core nothing but abstractions.</summary>
public sealed class PackageDirectionTests
{
    private static readonly Dictionary<string, string[]> AllowedReferences = new()
    {
        ["MemGuard.Bounded"] = ["Microsoft.Extensions.Logging.Abstractions"],
        ["MemGuard.Caching"] = ["MemGuard.Bounded", "Microsoft.Extensions.Caching.Abstractions"],
        ["MemGuard"] =
        [
            "MemGuard.Bounded",
            "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.Options", "Microsoft.Extensions.Options.ConfigurationExtensions",
        ],
        ["MemGuard.HeapSnapshots"] = ["MemGuard"],
        ["MemGuard.Testing"] = ["MemGuard.HeapSnapshots"],
        ["MemGuard.Analyzers"] = [],
        ["MemGuard.Analyzers.CodeFixes"] = ["MemGuard.Analyzers"],
        ["MemGuard.Hook"] = [],
        ["MemGuard.Hook.Core"] = [],
        ["MemGuard.StartupHook"] = ["MemGuard.HeapSnapshots", "MemGuard.Hook", "MemGuard.Hook.Core"],
        ["MemGuard.Tool"] = ["MemGuard.HeapSnapshots", "MemGuard.StartupHook", "System.CommandLine"],
        ["MemGuard.AspNetCore"] = ["MemGuard", "MemGuard.HeapSnapshots", "Microsoft.AspNetCore.App"],
    };

    // What the core's packages bring with them.
    private static readonly string[] AllowedAssemblies = ["System.", "Microsoft.Win32.Primitives", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.Diagnostics.Abstractions", "Microsoft.Extensions.Primitives"];

    [Fact]
    public void Products_EveryProjectFile_ReferencesOnlyWhatItMay()
    {
        foreach (string project in Repository.Files(Repository.PathOf("src"), "*.csproj"))
        {
            Assert.Empty(FindViolations(Path.GetFileNameWithoutExtension(project), XDocument.Load(project), AllowedReferences));
        }
    }

    [Theory]
    [InlineData("MemGuard.Bounded")]
    [InlineData("MemGuard.Caching")]
    [InlineData("MemGuard")]
    [InlineData("MemGuard.HeapSnapshots")]
    [InlineData("MemGuard.Testing")]
    [InlineData("MemGuard.Hook.Core")]
    [InlineData("MemGuard.StartupHook")]
    [InlineData("MemGuard.Tool")]
    [InlineData("MemGuard.AspNetCore")]
    public void Product_BuiltAssembly_ReferencesOnlyWhatItMay(string product)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, product + ".dll"));
        using PEReader image = new(file);
        MetadataReader metadata = image.GetMetadataReader();

        string[] references = [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.True(MayBeReferenced(product, reference), reference));
    }

    [Fact]
    public void FindViolations_ForbiddenReferences_AreFound()
    {
        XDocument project = XDocument.Parse(
            """
            <Project>
              <ItemGroup>
                <PackageReference Include="Newtonsoft.Json" />
                <PackageReference Include="Microsoft.Extensions.Options" />
                <PackageReference Include="Microsoft.CodeAnalysis.BannedApiAnalyzers" PrivateAssets="all" />
                <ProjectReference Include="../MemGuard.HeapSnapshots/MemGuard.HeapSnapshots.csproj" />
              </ItemGroup>
            </Project>
            """);

        Assert.Equal(["MemGuard → Newtonsoft.Json", "MemGuard → MemGuard.HeapSnapshots"], FindViolations("MemGuard", project, AllowedReferences));
        Assert.NotEmpty(FindViolations("MemGuard.Unknown", project, AllowedReferences));
    }

    // A framework reference brings all of that framework.
    private static bool MayBeReferenced(string product, string assembly) =>
        (AllowedReferences[product].Contains("Microsoft.AspNetCore.App") && assembly.StartsWith("Microsoft.", StringComparison.Ordinal))
        || AllowedReferences.Values.Any(allowed => allowed.Contains(assembly)) || Array.Exists(AllowedAssemblies, prefix => assembly.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<string> FindViolations(string name, XDocument project, Dictionary<string, string[]> allowed) =>
        project.Descendants()
            .Where(item => item.Name.LocalName is "PackageReference" or "ProjectReference" or "FrameworkReference" && item.Attribute("PrivateAssets")?.Value != "all")
            .Select(item => item.Name.LocalName == "ProjectReference" ? Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value) : item.Attribute("Include")!.Value)
            .Where(reference => !allowed.TryGetValue(name, out string[]? names) || !names.Contains(reference))
            .Select(reference => $"{name} → {reference}");
}
