using System.Collections.Concurrent;
using DetectorEvaluation.Scoring;
using DetectorEvaluation.Simulation;

// Usage: DetectorEvaluation [--quick] [--tuning] [--runs N] [--family NAME] [--seed N] [--confirm] [--errors] [--no-baselines]
bool quick = args.Contains("--quick");
bool confirms = args.Contains("--confirm");
bool baselines = !args.Contains("--no-baselines");
int firstSeed = args.Contains("--tuning") ? 0 : 1_000_000;
int runs = int.Parse(Option("--runs") ?? (quick ? "4" : "40"));
string? onlyFamily = Option("--family");
if (Option("--seed") is string seedText)
{
    foreach (RunOutcome outcome in Evaluation.Run(onlyFamily!, int.Parse(seedText), confirms, withBaselines: false, new ConsoleTrace()))
    {
        Console.WriteLine(outcome);
    }

    return 0;
}

List<(string Family, int Seed)> work = [];
foreach (string family in Families.Healthy.Concat(Families.Leaking).Where(name => onlyFamily is null || name == onlyFamily))
{
    for (int i = 0; i < runs; i++)
    {
        work.Add((family, firstSeed + i));
    }
}

ConcurrentDictionary<(string, int), List<RunOutcome>> done = [];
Parallel.ForEach(work, new ParallelOptions { MaxDegreeOfParallelism = 2 }, one => done[one] = Evaluation.Run(one.Family, one.Seed, confirms, baselines));
List<RunOutcome> outcomes = [.. work.SelectMany(one => done[one])];
if (args.Contains("--errors"))
{
    foreach (RunOutcome outcome in outcomes.Where(o => o.Detector == Evaluation.MemGuardName && (o.FalseAlarms > 0 || (o.IsLeak && (o.DetectedAt is null || o.Kind != o.Truth)))))
    {
        Console.WriteLine($"{outcome.Family} {outcome.Seed} days {outcome.Days:0.00} {(outcome.FalseAlarms > 0 ? "FALSE" : outcome.DetectedAt is null ? "MISSED" : "KIND")} {outcome.Note}");
    }
}

if (args.Contains("--suspicions"))
{
    foreach (RunOutcome outcome in outcomes.Where(o => !o.IsLeak && o.Suspicions > 0))
    {
        Console.WriteLine($"SUSP {outcome.Family} {outcome.Seed} days {outcome.Days:0.00} {outcome.Note}");
    }
}

Console.WriteLine(new Scoreboard(outcomes).Render());
return 0;

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
