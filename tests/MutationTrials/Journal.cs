using System.Globalization;

namespace MutationTrials;

/// <summary>The file in which each trial is noted when it begins and when it ends, so that a process that dies loses none and its successor goes on.</summary>
internal sealed class Journal(string path)
{
    private const string Started = "Started";
    private const string StartedFirst = "StartedFirst";

    public DateTime LastWrite => File.GetLastWriteTimeUtc(path);

    /// <param name="isFirst">No other change was tried in this process before it: what happens is its own doing.</param>
    public void Begin(Mutant mutant, bool isFirst) => Write(mutant.Id, isFirst ? StartedFirst : Started, string.Empty);

    public void End(int mutant, Verdict verdict, string note = "") => Write(mutant, verdict.ToString(), note);

    public Dictionary<int, Verdict> ReadVerdicts()
    {
        Dictionary<int, Verdict> verdicts = [];
        foreach ((int mutant, string word) in ReadLines())
        {
            if (Enum.TryParse(word, out Verdict verdict))
            {
                verdicts[mutant] = verdict;
            }
        }

        return verdicts;
    }

    /// <summary>The change whose trial was the first one of its process, and never ended; null if there is none.</summary>
    public int? FindInterrupted() => ReadLines().LastOrDefault() is (int mutant, StartedFirst) ? mutant : null;

    private IEnumerable<(int Mutant, string Word)> ReadLines() =>
        from line in File.Exists(path) ? File.ReadAllLines(path) : []
        let parts = line.Split('\t')
        where parts.Length > 1
        select (int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]);

    private void Write(int mutant, string word, string note) => File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{mutant}\t{word}\t{note.ReplaceLineEndings(" ")}\n"));
}
