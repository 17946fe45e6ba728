using MemGuard.ArchitectureTests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.ArchitectureTests;

/// <summary>
/// What users can see is written down, one file a namespace under <c>PublicApi</c>. A change of the surface is a change of those files:
/// run these tests with <c>MEMGUARD_APPROVE=1</c> and review the difference.
/// </summary>
public sealed class PublicApiTests
{
    private static string Folder => Repository.PathOf("tests", "MemGuard.ArchitectureTests", "PublicApi");

    [Fact]
    public void PublicApi_OfTheProducts_IsAsApproved()
    {
        SortedDictionary<string, string> actual = DescribeProducts();
        if (Environment.GetEnvironmentVariable("MEMGUARD_APPROVE") == "1")
        {
            Approve(actual);
        }

        SortedDictionary<string, string> approved = new(
            Repository.Files(Folder, "*.txt").ToDictionary(path => Path.GetFileNameWithoutExtension(path), path => File.ReadAllText(path).ReplaceLineEndings("\n")),
            StringComparer.Ordinal);

        Assert.Equal(string.Empty, Compare(approved, actual));
    }

    [Fact]
    public void Compare_RemovedAndAddedMembers_AreNamed()
    {
        SortedDictionary<string, string> approved = new() { ["N"] = "class A\n    void Old()\n" };
        SortedDictionary<string, string> actual = new() { ["N"] = "class A\n    void New()\n", ["M"] = "class B\n" };

        string difference = Compare(approved, actual);

        Assert.Contains("- N: void Old()", difference, StringComparison.Ordinal);
        Assert.Contains("+ N: void New()", difference, StringComparison.Ordinal);
        Assert.Contains("+ M: class B", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_EveryKindOfMember_IsOneReadableLine()
    {
        Compilation example = Sources.Compile(
            """
            namespace N;
            public sealed record Point(int X, string? Name = null) { public double Length { get; init; } internal int Hidden; }
            public enum Colour { Red, Green = 5 }
            public abstract class Shape<T> : IDisposable where T : notnull
            {
                protected Shape(T item) { }
                public const int Limit = 3;
                public abstract ValueTask<T> GetAsync(CancellationToken cancellationToken = default);
                public bool TryGet(in T key, out T? value) { value = default; return false; }
                public event EventHandler? Changed;
                private protected void Hidden() => Changed?.Invoke(this, EventArgs.Empty);
                public void Dispose() { }
                public sealed class Nested;
            }
            public static class Extensions { public static int Twice(this int number) => number * 2; }
            public delegate void Handler(int code);
            public readonly record struct Size { public int Width { get; init; } }
            internal sealed class Invisible;
            """);

        Assert.Equal(
            """
            enum Colour
                Red = 0
                Green = 5

            static class Extensions
                static int Twice(this int number)

            delegate Handler
                void Invoke(int code)

            sealed record Point
                Point(int X, string? Name = null)
                double Length { get; init; }
                string? Name { get; init; }
                int X { get; init; }

            abstract class Shape<T> where T : notnull : IDisposable
                const int Limit = 3
                Shape(T item)
                event EventHandler? Changed
                void Dispose()
                abstract ValueTask<T> GetAsync(CancellationToken cancellationToken = default(CancellationToken))
                bool TryGet(in T key, out T? value)

            sealed class Shape<T>.Nested
                Nested()

            readonly record struct Size
                int Width { get; init; }

            """.ReplaceLineEndings("\n"),
            PublicApiText.Describe(example.Assembly)["N"]);
    }

    private static SortedDictionary<string, string> DescribeProducts()
    {
        SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
        Compilation all = Sources.Compile(string.Empty);
        foreach (string product in Sources.Products)
        {
            // As built, not as compiled here: with everything that generators add.
            MetadataReference reference = all.References.Single(reference => Path.GetFileName(reference.Display) == product + ".dll");
            foreach ((string space, string text) in PublicApiText.Describe((IAssemblySymbol)all.GetAssemblyOrModuleSymbol(reference)!))
            {
                // Two packages may share the namespace of the registration methods.
                texts[space] = texts.TryGetValue(space, out string? before) ? before + "\n" + text : text;
            }
        }

        return texts;
    }

    private static string Compare(SortedDictionary<string, string> approved, SortedDictionary<string, string> actual)
    {
        string[] before = [.. approved.SelectMany(Lines)];
        string[] now = [.. actual.SelectMany(Lines)];
        return string.Join('\n', [.. before.Except(now).Select(line => "- " + line), .. now.Except(before).Select(line => "+ " + line)]);
    }

    private static IEnumerable<string> Lines(KeyValuePair<string, string> file)
    {
        string type = string.Empty;
        foreach (string line in file.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            type = line[0] == ' ' ? type : line;
            yield return line[0] == ' ' ? $"{file.Key}: {line.Trim()} (of {type})" : $"{file.Key}: {line}";
        }
    }

    private static void Approve(SortedDictionary<string, string> actual)
    {
        foreach (string old in Repository.Files(Folder, "*.txt"))
        {
            File.Delete(old);
        }

        foreach ((string space, string text) in actual)
        {
            File.WriteAllText(Path.Combine(Folder, space + ".txt"), text);
        }
    }
}
