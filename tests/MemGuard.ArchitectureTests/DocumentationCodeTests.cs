using MemGuard.ArchitectureTests.Support;

namespace MemGuard.ArchitectureTests;

/// <summary>Code that a reader copies from the documentation compiles against the products as they are.</summary>
public sealed class DocumentationCodeTests
{
    private const int MostBlocksNotCompiled = 4;

    private static IEnumerable<DocumentationCode> AllCode =>
        Repository.Files(Repository.Root, "*.md").SelectMany(path => DocumentationCode.Find(Repository.RelativePath(path), File.ReadAllText(path)));

    [Fact]
    public void Documentation_EveryCodeBlock_Compiles() =>
        Assert.Equal(string.Empty, string.Join('\n', AllCode.Where(code => code.IsCompiled).SelectMany(code => code.GetErrors().Select(error => $"{code.Place}: {error}"))));

    [Fact]
    public void Documentation_BlocksMarkedNoCompile_AreFew() =>
        Assert.InRange(AllCode.Count(code => !code.IsCompiled), 0, MostBlocksNotCompiled);

    [Fact]
    public void Find_MarkdownWithSeveralBlocks_FindsTheOnesInCSharp()
    {
        DocumentationCode[] found =
        [
            .. DocumentationCode.Find("a.md", "text\n```csharp\nint x = 1;\n```\n```json\n{}\n```\n```csharp no-compile\n…\n```\n"),
        ];

        Assert.Equal(
            [new DocumentationCode("a.md:2", "int x = 1;\n", true), new DocumentationCode("a.md:8", "…\n", false)],
            found);
    }

    [Theory]
    [InlineData("int x = 1;\nConsole.WriteLine(x);")]
    [InlineData("using MemGuard.Bounded;\nIReadOnlyList<BoundedStructureUsage> usage = BoundedStructures.GetUsage();")]
    [InlineData("services.AddLogging();\nawait Task.Delay(1, cancellationToken);")]
    [InlineData("services.AddSingleton<Own>();\n\npublic sealed class Own;")]
    [InlineData("public int Answer() => 42;")]
    [InlineData("public sealed class Own : IDisposable { public void Dispose() { } }")]
    [InlineData("var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\napp.Run();")]
    public void GetErrors_GoodCode_CompilesInWhateverForm(string text) =>
        Assert.Empty(new DocumentationCode("good", text, true).GetErrors());

    [Theory]
    [InlineData("int x = \"text\";")]
    [InlineData("services.AddMemGuardian();")]
    [InlineData("public int Answer() => Unknown.Value;")]
    [InlineData("using MemGuard.Nothing;")]
    public void GetErrors_BadCode_Fails(string text) =>
        Assert.NotEmpty(new DocumentationCode("bad", text, true).GetErrors());
}
