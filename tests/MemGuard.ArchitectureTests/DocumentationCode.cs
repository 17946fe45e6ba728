using System.Text;
using System.Text.RegularExpressions;
using MemGuard.ArchitectureTests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.ArchitectureTests;

/// <summary>One fenced block of C# in a Markdown file.</summary>
/// <param name="Place">File and line.</param>
/// <param name="Text">The code.</param>
/// <param name="IsCompiled">False for a block marked <c>no-compile</c>.</param>
internal sealed partial record DocumentationCode(string Place, string Text, bool IsCompiled)
{
    // What a reader has around a fragment: a web application that is being built, and a token.
    private const string Surroundings =
        """
        internal sealed class Surroundings
        {
            private static readonly WebApplicationBuilder builder = null!;
            private static readonly WebApplication app = null!;
            private static readonly IServiceCollection services = null!;
            private static readonly IConfiguration configuration = null!;
            private static readonly IServiceProvider serviceProvider = null!;
            private static readonly CancellationToken cancellationToken;
        """;

    /// <summary>Finds the C# blocks of a Markdown text.</summary>
    public static IEnumerable<DocumentationCode> Find(string name, string markdown)
    {
        StringBuilder? code = null;
        int start = 0;
        int number = 0;
        string fence = string.Empty;
        foreach (string line in markdown.ReplaceLineEndings("\n").Split('\n'))
        {
            number++;
            string trimmed = line.Trim();
            if (code is null && trimmed.StartsWith("```", StringComparison.Ordinal))
            {
                (code, start, fence) = (new StringBuilder(), number, trimmed[3..]);
            }
            else if (code is not null && trimmed == "```")
            {
                if (fence.Split(' ')[0] is "csharp" or "cs" or "c#" or "C#")
                {
                    yield return new DocumentationCode($"{name}:{start}", code.ToString(), !fence.Contains("no-compile", StringComparison.Ordinal));
                }

                code = null;
            }
            else
            {
                code?.Append(line).Append('\n');
            }
        }
    }

    /// <summary>Compiles the block as a program, as statements inside a method with type declarations after them, or as members of a class: whichever fits.</summary>
    /// <returns>The errors of the reading that fits best; empty when it compiles.</returns>
    public IReadOnlyList<string> GetErrors()
    {
        (string usings, string body) = SplitUsings(Text);
        Match types = TypeDeclaration().Match(body);
        string statements = types.Success ? body[..types.Index] : body;
        string declarations = types.Success ? body[types.Index..] : string.Empty;
        string[] readings =
        [
            Text + (body.Contains(';', StringComparison.Ordinal) && !body.Contains("await ", StringComparison.Ordinal) ? "\n;" : string.Empty),
            $"using MemGuard;\n{usings}\nreturn;\n{Surroundings}\ninternal static async Task Body()\n{{\nawait Task.Yield();\n{statements}\n}}\n}}\n{declarations}",
            $"using MemGuard;\n{usings}\nreturn;\n{Surroundings}\n{body}\n}}",
        ];

        return readings
            .Select(static reading => (IReadOnlyList<string>)[.. Sources.Errors(Sources.CompileProgram(reading)).Select(static error => $"{error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}")])
            .MinBy(static errors => errors.Count)!;
    }

    [GeneratedRegex(@"^(public |internal |sealed |static |file )+(class|record|struct|interface|enum) ", RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();

    private static (string Usings, string Body) SplitUsings(string text)
    {
        ILookup<bool, string> lines = text.Split('\n').ToLookup(static line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal) && !line.Contains('(', StringComparison.Ordinal));
        return (string.Join('\n', lines[true]), string.Join('\n', lines[false]));
    }
}
