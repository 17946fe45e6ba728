using System.Collections.Concurrent;
using DetectorEvaluation.Scoring;
using DetectorEvaluation.Simulation;
using MemGuard.Trends;

// Usage: DetectorEvaluation [--quick] [--runs N] [--tuning] [--first-seed N] [--sensitivity Low|Normal|High] [--rule Record.Rule=value]... [--recorded | --live] [--holders mixed|bounded] [--hard] [--family NAME [--seed N]] [--errors] [--each] [--no-baselines]
// Without --recorded or --live both are shown. Thresholds may be chosen on the seeds of --tuning, those below 1,000,000; all others are for reporting.
// Reporting seeds are used once: whoever looks at their result before another change of the detector moves on to fresh ones (8,000,000 follow 7,000,000).
// --rule changes one threshold of the detector's table (TrendRules), for instance --rule Window.LeastHalfSlopeRatio=0.7.
// --holders: the second stage, who holds the growth, by simulated heap snapshots within their budget; with --live only. Where services are "bounded",
// caches and buffers are bounded structures; where they are "mixed", less than half of them.
// --hard: caches, buffers and jobs are mostly large. --each prints every run.
bool isHard = args.Contains("--hard");
bool baselines = !args.Contains("--no-baselines");
int firstSeed = int.Parse(Option("--first-seed") ?? (args.Contains("--tuning") ? "0" : "8000000"));
int runs = int.Parse(Option("--runs") ?? (args.Contains("--quick") ? "3" : "16"));
Sensitivity sensitivity = Enum.Parse<Sensitivity>(Option("--sensitivity") ?? "Normal");
TrendRules rules = args.Zip(args.Skip(1)).Where(static pair => pair.First == "--rule").Aggregate(TrendRules.Default, static (table, pair) => RuleChange.Apply(table, pair.Second));
string? onlyFamily = Option("--family");
if (Option("--seed") is string seedText && onlyFamily is not null)
{
    foreach (RunOutcome outcome in Evaluation.Run(onlyFamily, int.Parse(seedText), args.Contains("--live"), args.Contains("--busy"), isHard, sensitivity, rules, withBaselines: false, Option("--holders"), new ConsoleTrace()))
    {
        Console.WriteLine(outcome);
    }

    return 0;
}

if (!args.Contains("--live"))
{
    Console.WriteLine("## Recorded: whatever columns a recording has, no confirming collections\n");
    Show(isLive: false, isBusy: false);
    Console.WriteLine("## Recorded, busy services: a full collection every ten minutes or more often\n");
    Show(isLive: false, isBusy: true);
}

if (!args.Contains("--recorded"))
{
    Console.WriteLine("## Live: all columns, confirming collections within their budget\n");
    Show(isLive: true, isBusy: false);
}

return 0;

void Show(bool isLive, bool isBusy)
{
    List<(string Family, int Seed)> work = [];
    foreach (string family in Families.Healthy.Concat(Families.Leaking).Where(name => onlyFamily is null || name == onlyFamily))
    {
        for (int i = 0; i < runs; i++)
        {
            work.Add((family, firstSeed + i));
        }
    }

    ConcurrentDictionary<(string, int), List<RunOutcome>> done = [];
    Parallel.ForEach(work, new ParallelOptions { MaxDegreeOfParallelism = 2 }, one => done[one] = Evaluation.Run(one.Family, one.Seed, isLive, isBusy, isHard, sensitivity, rules, baselines, isLive ? Option("--holders") : null));
    List<RunOutcome> outcomes = [.. work.SelectMany(one => done[one])];
    if (args.Contains("--errors"))
    {
        foreach (RunOutcome outcome in outcomes.Where(o => o.Detector == Evaluation.MemGuardName && (o.FalseAlarms > 0 || (o.IsLeak && (o.DetectedAt is null || o.Kind != o.Truth)))))
        {
            Console.WriteLine($"{outcome.Family} {outcome.Seed} days {outcome.Days:0.00} {(outcome.FalseAlarms > 0 ? "FALSE" : outcome.DetectedAt is null ? "MISSED" : "KIND")} {outcome.Note}");
        }
    }

    if (args.Contains("--each"))
    {
        foreach (RunOutcome outcome in outcomes.Where(o => o.Detector == Evaluation.MemGuardName))
        {
            Console.WriteLine(FormattableString.Invariant($"each\t{outcome.Family}\t{outcome.Seed}\t{outcome.Days * 24:0.00}\t{outcome.FalseAlarms}\t{outcome.DetectedAt / 3600:0.000}\t{outcome.Latency:0.000}\t{outcome.TimeToLimit / 3600:0.00}\t{outcome.Onset / 3600:0.00}\t{outcome.ForecastRatio:0.00}\t{outcome.Note}"));
        }
    }

    Console.WriteLine(new Scoreboard(outcomes).Render());
}

string? Option(string name)
{
    int at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
}
