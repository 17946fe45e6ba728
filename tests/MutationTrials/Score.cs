using System.Globalization;

namespace MutationTrials;

/// <summary>The verdicts as text: each change that nobody noticed, a row for each file, and the share of those that were noticed.</summary>
internal sealed class Score
{
    private readonly List<(Mutant Mutant, Verdict Verdict)> _trials;

    public Score(IEnumerable<Mutant> mutants, Dictionary<int, Verdict> verdicts)
    {
        _trials = [.. mutants.Select(mutant => (mutant, verdicts.GetValueOrDefault(mutant.Id, Verdict.Unreached)))];
        Percentage = _trials.Count == 0 ? 0 : 100.0 * _trials.Count(static trial => IsNoticed(trial.Verdict)) / _trials.Count;
    }

    public double Percentage { get; }

    public void Write(TextWriter output)
    {
        foreach ((Mutant mutant, Verdict verdict) in _trials.Where(static trial => !IsNoticed(trial.Verdict)))
        {
            output.WriteLine($"{verdict}\t{mutant}");
        }

        output.WriteLine();
        foreach (IGrouping<string, (Mutant Mutant, Verdict Verdict)> file in _trials.GroupBy(static trial => trial.Mutant.File).OrderByDescending(static file => file.Count(static trial => !IsNoticed(trial.Verdict))))
        {
            output.WriteLine($"{file.Count(static trial => IsNoticed(trial.Verdict)),5} of {file.Count(),5}  src/{file.Key}");
        }

        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_trials.Count} changes: {Count(Verdict.Killed)} made a test fail, {Count(Verdict.Hung)} hang, {Count(Verdict.Crashed)} ended the process; {Count(Verdict.Survived)} survived, {Count(Verdict.Unreached)} reached by no test: score {Percentage:F1} %"));
    }

    private int Count(Verdict verdict) => _trials.Count(trial => trial.Verdict == verdict);

    private static bool IsNoticed(Verdict verdict) => verdict is Verdict.Killed or Verdict.Hung or Verdict.Crashed;
}
