using System.Globalization;
using System.Text.Json;

namespace MutationTrials;

/// <summary>Reads which changes there are from Stryker's report: all that compile and that Stryker did not rule out.</summary>
internal static class MutationReport
{
    private const int LongestText = 100;
    private const int Seed = 1;

    /// <param name="path">The report.</param>
    /// <param name="folder">Changes below it count.</param>
    /// <param name="sample">How many of them are drawn, the same ones each time; null for all.</param>
    public static List<Mutant> Read(string path, string folder, int? sample)
    {
        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(path));
        List<Mutant> mutants = [];
        foreach (JsonProperty file in report.RootElement.GetProperty("files").EnumerateObject())
        {
            string name = BelowSources(file.Name);
            if (!name.StartsWith(folder, StringComparison.Ordinal))
            {
                continue;
            }

            string[] lines = file.Value.GetProperty("source").GetString()!.Split('\n');
            mutants.AddRange(file.Value.GetProperty("mutants").EnumerateArray()
                .Where(static mutant => mutant.GetProperty("status").GetString() is not ("Ignored" or "CompileError"))
                .Select(mutant => ReadMutant(mutant, name, lines)));
        }

        if (sample is { } count)
        {
            Mutant[] all = [.. mutants.OrderBy(static mutant => mutant.Id)];
            new Random(Seed).Shuffle(all);
            mutants = [.. all.Take(count)];
        }

        return [.. mutants.OrderBy(static mutant => mutant.File, StringComparer.Ordinal).ThenBy(static mutant => mutant.Line).ThenBy(static mutant => mutant.Id)];
    }

    private static Mutant ReadMutant(JsonElement mutant, string file, string[] lines)
    {
        JsonElement start = mutant.GetProperty("location").GetProperty("start"), end = mutant.GetProperty("location").GetProperty("end");
        int first = start.GetProperty("line").GetInt32(), last = end.GetProperty("line").GetInt32();
        string line = lines[first - 1];
        int from = Math.Min(start.GetProperty("column").GetInt32() - 1, line.Length);
        string before = first == last ? line[from..Math.Min(end.GetProperty("column").GetInt32() - 1, line.Length)] : line[from..] + " …";
        return new Mutant(
            int.Parse(mutant.GetProperty("id").GetString()!, CultureInfo.InvariantCulture),
            file,
            first,
            mutant.GetProperty("mutatorName").GetString()!,
            OnOneLine(before),
            OnOneLine(mutant.GetProperty("replacement").GetString()!),
            mutant.TryGetProperty("static", out JsonElement value) && value.ValueKind == JsonValueKind.True);
    }

    private static string BelowSources(string path)
    {
        string name = path.Replace('\\', '/');
        int at = name.LastIndexOf("/src/", StringComparison.Ordinal);
        return at < 0 ? name : name[(at + "/src/".Length)..];
    }

    private static string OnOneLine(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= LongestText ? line : line[..LongestText] + "…";
    }
}
